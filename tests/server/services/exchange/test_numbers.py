"""Numbers and money are read as people write them, and never wrongly: what is ambiguous follows the column, what is no number is refused."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.numbers import decimal_mark, parse_decimal, parse_money


@pytest.mark.parametrize(
    ("text", "comma", "point"),
    [
        ("1.234,56", "1234.56", "1234.56"),
        ("1,234.56", "1234.56", "1234.56"),
        ("1.234", "1234", "1.234"),
        ("1,234", "1.234", "1234"),
        ("1.234.567", "1234567", "1234567"),
        ("1,234,567", "1234567", "1234567"),
        ("12,34,567.8", "1234567.8", "1234567.8"),
        ("0.125", "0.125", "0.125"),
        ("1234.567", "1234.567", "1234.567"),
        ("3,5", "3.5", "3.5"),
        ("1'234.50", "1234.50", "1234.50"),
        ("1 234,50", "1234.50", "1234.50"),
        ("1\u00a0234\u202f567,5", "1234567.5", "1234567.5"),
        ("-5", "-5", "-5"),
        ("\u22125", "-5", "-5"),
        ("5-", "-5", "-5"),
        ("(12.50)", "-12.50", "-12.50"),
        ("+7", "7", "7"),
        ("25 %", "25", "25"),
        ("1.5E+3", "1500", "1500"),
        (",5", "0.5", "0.5"),
        ("5,-", "5", "5"),
    ],
)
def test_a_number_is_read_by_either_convention(text: str, comma: str, point: str) -> None:
    assert parse_decimal(text, decimal_comma=True) == Decimal(comma)
    assert parse_decimal(text, decimal_comma=False) == Decimal(point)


@pytest.mark.parametrize("text", ["", "viel", "1.2.3", "1,23,4.5", "12a", "--5", "1..2", "٣", "NaN", "Infinity", "1e999", "1" * 99, "."])
@pytest.mark.parametrize("comma", [True, False])
def test_what_is_no_number_is_refused_in_a_sentence(text: str, comma: bool) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_decimal(text, decimal_comma=comma)


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_every_amount_is_read_back_from_both_ways_of_writing_it(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for comma in (True, False):
        assert parse_decimal(english, decimal_comma=comma) == amount
        assert parse_decimal(german, decimal_comma=comma) == amount


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=3), st.booleans())
def test_three_decimals_are_read_back_when_the_convention_is_known(amount: Decimal, comma: bool) -> None:
    written = f"{amount:,.3f}"
    written = written.translate(str.maketrans(",.", ".,")) if comma else written
    assert parse_decimal(written, decimal_comma=comma) == amount


@given(st.text(max_size=30))
def test_no_text_breaks_the_parsers(text: str) -> None:
    with suppress(ValueError):
        parse_decimal(text, decimal_comma=True)
    with suppress(ValueError):
        parse_money(text, decimal_comma=False, currency="EUR")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€ 1.234,56", "1234.56", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("$1,234.56", "1234.56", "USD"),
        ("-$5", "-5", "USD"),
        ("12,00 chf", "12.00", "CHF"),
        ("CHF 1'200.-", "1200", "CHF"),
        ("Fr. 5", "5", "CHF"),
        ("£ (3.50)", "-3.50", "GBP"),
        ("7", "7", "NOK"),
    ],
)
def test_money_keeps_its_digits_and_its_currency(text: str, amount: str, currency: str) -> None:
    assert parse_money(text, decimal_comma=False, currency="NOK") == {"amount": amount, "currency": currency}


@pytest.mark.parametrize("text", ["viel Geld", "5 kr", "EUR", "5 EURO", "1.2.3 €"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse_money(text, decimal_comma=False, currency="EUR")


@pytest.mark.parametrize(
    ("text", "mark"), [("1.234,5", ","), ("1,234.5", "."), ("1.234", None), ("12", None), ("1.234.567", ","), ("0,125", ","), ("€ 3,50", ",")]
)
def test_a_text_proves_its_decimal_mark_or_nothing(text: str, mark: str | None) -> None:
    assert decimal_mark(text) == mark
