"""Cells become values of the API, or one sentence why not."""

import time
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.conventions import Convention
from server.services.exchange.convert import Kind, clean, convert
from tests.pace import quickest

GERMAN = Convention(day_first=True, decimal_comma=True, currency="CHF", time_zone="Europe/Zurich")
KINDS: tuple[Kind, ...] = (
    *("text", "email", "phone", "domain", "currency", "integer", "decimal", "boolean", "date"),
    *("datetime", "money", "reference", "enum", "list", "object"),
)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "  Groß \u00a0", "Groß"),
        ("text", 10115, "10115"),
        ("text", Decimal("0.30"), "0.30"),
        ("text", True, "true"),
        ("text", "'+49 221", "+49 221"),
        ("text", "'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("email", " Carol Danvers <Carol@Example.COM> ", "Carol@example.com"),
        ("email", "mailto:carol@example.com", "carol@example.com"),
        ("email", '"Danvers, Carol" <carol@example.com>', "carol@example.com"),
        ("email", "käthe@müller.example", "käthe@müller.example"),
        ("phone", "+49  (0)221 / 123-45", "+49 (0)221 / 123-45"),
        ("phone", 49221, "49221"),
        ("phone", "0221\u201312\u201334", "0221-12-34"),
        ("domain", "https://www.Example.com:8443/x?y#z", "example.com"),
        ("domain", "example.com", "example.com"),
        ("domain", "www.müller.example/", "müller.example"),
        ("currency", "Fr.", "CHF"),
        ("currency", "eur", "EUR"),
        ("integer", "1.234", 1234),
        ("integer", "5,00", 5),
        ("integer", "25 %", 25),
        ("integer", 7, 7),
        ("decimal", "1.234,5", 1234.5),
        ("decimal", "1.234", 1234),
        ("decimal", Decimal("1.234"), 1.234),
        ("money", "1.234,50 €", {"amount": "1234.50", "currency": "EUR"}),
        ("money", Decimal("1.234"), {"amount": "1.234", "currency": "CHF"}),
        ("money", 12, {"amount": "12", "currency": "CHF"}),
        ("date", "31.12.2026", "2026-12-31"),
        ("datetime", "31.12.2026 12:00", "2026-12-31T11:00:00.000Z"),
        ("boolean", "Ja", True),
        ("boolean", "nein", False),
        ("boolean", "SÍ", True),
        ("boolean", "oui", True),
        ("boolean", "x", True),
        ("boolean", 0, False),
        ("boolean", False, False),
        ("list", "VIP; Messe ,VIP", ["VIP", "Messe"]),
        ("list", '["a", "b"]', ["a", "b"]),
        ("list", ["a"], ["a"]),
        ("object", '{"a": 1}', {"a": 1}),
        ("object", '[{"email": "a@b.example"}]', [{"email": "a@b.example"}]),
        ("object", [{"email": "a@b.example"}], [{"email": "a@b.example"}]),
        ("reference", " Groß & Söhne ", "Groß & Söhne"),
    ],
)
def test_a_cell_becomes_the_value_it_means(kind: Kind, cell: Any, value: Any) -> None:
    assert convert(kind, cell, GERMAN) == value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", "\u200b"])
def test_a_blank_cell_is_none_of_every_kind(kind: Kind, cell: Any) -> None:
    assert convert(kind, cell) is None


@pytest.mark.parametrize(
    ("kind", "cell", "sentence"),
    [
        ("email", "not an address", "is not an email address"),
        ("email", "carol@", "is not an email address"),
        ("email", "a@b.c; d@e.f", "is not an email address"),
        ("email", "a..b@example.com", "is not an email address"),
        ("email", "carol@-example.com", "is not an email address"),
        ("email", "carol@example", "is not an email address"),
        ("email", "x" * 250 + "@example.com", "is not an email address"),
        ("phone", "4.92211E+11", "a spreadsheet has rounded"),
        ("phone", "n/a", "is not a phone number"),
        ("domain", "our website", "is not a domain or web address"),
        ("domain", "carol@example.com", "is not a domain or web address"),
        ("currency", "Taler", "is not a currency"),
        ("integer", "1,5", "is not a whole number"),
        ("integer", str(2**63), "larger than any number"),
        ("boolean", "vielleicht", "neither yes nor no"),
        ("date", "31.02.2026", "is not a date of the calendar"),
        ("list", "[1", "is not JSON"),
        ("list", '["a", ' + "[" * 9999, "is not JSON"),
        ("object", "1", "is not a JSON object"),
        ("object", "{1}", "is not JSON"),
        ("text", ["a"], "a single value is needed"),
    ],
)
def test_what_cannot_be_converted_is_refused_in_a_sentence(kind: Kind, cell: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        convert(kind, cell, GERMAN)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("piece", [" ", ".", "a.", "<", "< ", "1 ", "-", "1,", "@", "[", "a@"])
def test_a_monstrous_cell_costs_little_whatever_it_holds(kind: Kind, piece: str) -> None:
    cell = "1<" + piece * 200_000 + "@<b"

    def work() -> None:
        with suppress(ValueError):
            convert(kind, cell)

    assert quickest(work, 1, clock=time.thread_time) < 1


def test_choices_are_matched_without_case_and_in_other_languages() -> None:
    choices = ("open", "won", "lost")
    assert [convert("enum", word, choices=choices) for word in ("Won", "gewonnen", "Closed Lost", "GAGNÉ", "offen")] == [
        "won",
        "won",
        "lost",
        "won",
        "open",
    ]
    with pytest.raises(ValueError, match="is none of open, won, lost"):
        convert("enum", "vielleicht", choices=choices)


@given(st.sampled_from(KINDS), st.text(max_size=60))
def test_no_text_does_anything_but_convert_or_be_refused(kind: Kind, text: str) -> None:
    try:
        convert(kind, text)
    except ValueError as error:
        assert len(str(error)) < 250  # noqa: PT017 - either outcome is right


@given(st.text(max_size=20))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(text).strip() == clean(text) or text.strip().startswith("'")
