"""Right-to-left lines are drawn as a reader sees them; the wanted texts are those of two independent implementations."""

from __future__ import annotations

import unicodedata

import pytest

from server.domain.script_order import drawn


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ada", "Ada"),
        ("Жанна 東京", "Жанна 東京"),
        ("שלום", "םולש"),
        ("שלום (world)", "(world) םולש"),
        ("Ada: שלום.", "Ada: םולש."),
        ("שלום 12/3 kg", "kg 12/3 םולש"),
        ("שלום 5%", "5% םולש"),
        ("12 א", "א 12"),
        ("א 1,234.5 ב ", " ב 1,234.5 א"),
        ("a א 1 ב c", "a ב 1 א c"),
    ],
)
def test_letters_stand_in_the_order_of_the_page(text: str, wanted: str) -> None:
    assert drawn(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("مرحبا", "ﺎﺒﺣﺮﻣ"),
        ("السلام عليكم", "ﻢﻜﻴﻠﻋ ﻡﻼﺴﻟﺍ"),
        ("Ada مرحبا 123", "Ada 123 ﺎﺒﺣﺮﻣ"),
        ("نص،", "،ﺺﻧ"),
        ("سعر ٣٤", "٣٤ ﺮﻌﺳ"),
    ],
)
def test_arabic_letters_are_joined(text: str, wanted: str) -> None:
    assert drawn(text) == wanted


def test_a_mark_stays_behind_the_letter_that_it_stands_on() -> None:
    found = drawn("مُحَمد")
    assert [unicodedata.name(letter).split()[-2] for letter in found if not unicodedata.combining(letter)] == ["FINAL", "MEDIAL", "MEDIAL", "INITIAL"]
    assert [bool(unicodedata.combining(letter)) for letter in found] == [False, False, False, True, False, True]
