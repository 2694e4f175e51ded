"""Texts are told apart at first sight, and names compared by their bare words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.looks import key_of, look_of, names_a_field, words_of
from tests.pace import quickest


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("", "blank"),
        ("carol@example.com", "email"),
        ("Carol <carol@example.com>", "email"),
        ("https://example.com/x", "url"),
        ("example.com", "domain"),
        ("31.12.2026", "date"),
        ("2026-12-31", "date"),
        ("2026-12-31T10:00:00Z", "datetime"),
        ("12/31/26 10:00 PM", "datetime"),
        ("€ 12,50", "money"),
        ("12.50 USD", "money"),
        ("1.234,56", "number"),
        ("25%", "number"),
        ("+49 221 12345", "phone"),
        ("0221/12345", "phone"),
        ("022112345", "phone"),
        ("Groß GmbH", "text"),
    ],
)
def test_a_text_looks_like_what_it_is(text: str, look: str) -> None:
    assert look_of(text) == look


def test_names_are_compared_without_case_accents_and_punctuation() -> None:
    assert words_of("E-Mail-Adresse (privat)") == ["e", "mail", "adresse", "privat"]
    assert {key_of(name) for name in ("first_name", "First Name", "FirstName", "FIRST-NAME")} == {"firstname"}
    assert key_of("Straße") == key_of("STRASSE")
    assert key_of("Téléphone") == key_of("telephone")


@pytest.mark.parametrize("name", ["Vorname", "E-Mail", "Société", "Correo electrónico", "Postal Code", "Nom", "address.line1"])
def test_field_names_of_four_languages_are_known(name: str) -> None:
    assert names_a_field(name)


@pytest.mark.parametrize("piece", ["a.", "1,", " ", "@", "a@", "1 "])
def test_a_monstrous_text_costs_little(piece: str) -> None:
    text = "1" + piece * 200_000 + "!"
    assert quickest(lambda: look_of(text), 1, clock=time.thread_time) < 1


@given(st.text(max_size=100))
def test_any_text_looks_like_something(text: str) -> None:
    assert look_of(text)
