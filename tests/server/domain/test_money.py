"""Amounts are exact both ways."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.money import CURRENCIES, check_currency, from_units, to_units

MOST = 10**16 - 1


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        ("0", 0), ("-0", 0), ("-0.00", 0), ("12.34", 123400), ("12.3", 123000), ("12", 120000), ("0.0001", 1), ("-0.0001", -1), ("-12.34", -123400),
        ("007.50", 75000), ("999999999999.9999", MOST), ("-999999999999.9999", -MOST),
    ],
)  # fmt: skip
def test_an_amount_is_read_exactly(amount: str, units: int) -> None:
    assert to_units(amount) == units


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        *[
            (text, "plain decimal number")
            for text in [
                "",
                " ",
                "NaN",
                "Infinity",
                "-Infinity",
                "1e5",
                "1E5",
                "0x10",
                "1,50",
                "1_000",
                "+1",
                "--1",
                "-",
                ".5",
                "5.",
                "1.2.3",
                "12.34 ",
            ]
        ],
        ("12\n", "plain decimal number"),
        ("\u0661", "plain decimal number"),
        ("1.00000", "more than 4 decimals"),
        ("0.12345", "more than 4 decimals"),
        ("1000000000000", "more than 12 digits"),
        ("-1000000000000.00", "more than 12 digits"),
        ("9" * 5000, "more than 12 digits"),
    ],
)
def test_anything_else_is_refused_with_a_clear_sentence(amount: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        to_units(amount)


@pytest.mark.parametrize(
    ("units", "amount"), [(0, "0.00"), (1, "0.0001"), (10, "0.001"), (100, "0.01"), (123400, "12.34"), (123450, "12.345"), (-5000, "-0.50")]
)
def test_an_amount_is_written_with_two_decimals_or_as_many_as_it_needs(units: int, amount: str) -> None:
    assert from_units(units) == amount


@given(st.integers(-MOST, MOST))
def test_what_is_written_is_read_back(units: int) -> None:
    text = from_units(units)
    assert to_units(text) == units
    assert Decimal(text) * 10_000 == units
    assert re.fullmatch(r"-?[0-9]+\.[0-9]{2,4}", text)


@given(st.decimals(min_value=-999999999999, max_value=999999999999, places=4))
def test_reading_agrees_with_decimal_arithmetic(amount: Decimal) -> None:
    assert to_units(f"{amount:f}") == amount * 10_000


@pytest.mark.parametrize("code", ["EUR", "USD", "JPY", "CHF", "XCG", "ZWG", "BGN", "HRK"])
def test_currencies_in_use_and_lately_retired_are_known(code: str) -> None:
    assert check_currency(code) == code


@pytest.mark.parametrize("code", ["", "EURO", "ZZZ", "€", "EUR ", "DEM", "E" * 1000])
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        check_currency(code)


def test_the_right_spelling_is_offered() -> None:
    with pytest.raises(ValueError, match="Did you mean 'EUR'"):
        check_currency("eur")


def test_the_table_holds_three_letters_each() -> None:
    assert all(re.fullmatch("[A-Z]{3}", code) for code in CURRENCIES)
