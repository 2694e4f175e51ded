"""Languages: complete catalogues with the placeholders of the English, a pseudo locale, and the direction of writing."""

from __future__ import annotations

import re

import pytest

from app.system import languages
from app.system.languages import LANGUAGES, PSEUDO, entries, load, tr, trn, use
from tests.app.words import numbered, texts

TRANSLATED = [code for code in LANGUAGES if code != "en"]
FORMS = {"de": 2, "fr": 2, "es": 2, "ar": 6}


def test_all_languages_speak_of_the_same_things() -> None:
    spoken = {code: set(load(code).words) for code in TRANSLATED}
    assert all(words == spoken["de"] for words in spoken.values())


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_of_the_console_is_translated(code: str) -> None:
    assert sorted(texts() - set(load(code).words)) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_about_a_number_has_all_forms_of_the_language(code: str) -> None:
    found = load(code).plurals
    assert set(found) == {one for one, _ in numbered()}
    assert {len(forms) for forms in found.values()} == {FORMS[code]}


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_catalogue_holds_a_text_that_nobody_shows(code: str) -> None:
    assert sorted(set(load(code).words) - texts()) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_the_placeholders(code: str) -> None:
    wrong = [english for english, found in load(code).words.items() if placeholders(english) != placeholders(found)]
    assert wrong == []
    numbers = load(code).plurals
    assert [one for one, forms in numbers.items() if not set(placeholders(" ".join(forms))) <= set(placeholders(one))] == []
    assert [one for one, forms in numbers.items() if placeholders(one) != placeholders(forms[-1])] == []


@pytest.mark.parametrize(
    ("code", "counts", "forms"),
    [
        ("en", (0, 1, 2), ("0 events", "1 event", "2 events")),
        ("de", (0, 1, 2), ("0 Ereignisse", "1 Ereignis", "2 Ereignisse")),
        ("fr", (0, 1, 2), ("0 événement", "1 événement", "2 événements")),
        ("es", (0, 1, 2), ("0 eventos", "1 evento", "2 eventos")),
        ("ar", (0, 1, 2, 3, 11, 100, 103), ("لا أحداث", "حدث واحد", "حدثان", "3 أحداث", "11 حدثًا", "100 حدث", "103 أحداث")),
    ],
)
def test_a_number_takes_the_form_that_its_language_wants(code: str, counts: tuple[int, ...], forms: tuple[str, ...]) -> None:
    use(code)
    assert tuple(trn("{count} event", "{count} events", count, count=count) for count in counts) == forms


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", text))


def test_the_pseudo_locale_is_longer_and_keeps_placeholders() -> None:
    use(PSEUDO)
    assert tr("Delete {name} now", name="A") == "[Délété A ñów······]"


def test_arabic_is_written_from_right_to_left_and_german_is_not() -> None:
    assert use("ar").right_to_left
    assert not use("de").right_to_left


def test_an_unknown_language_is_english() -> None:
    assert use("xx").code == "en"
    assert tr("Save") == "Save"


def test_a_catalogue_is_read_with_long_texts_and_without_its_header() -> None:
    text = 'msgid ""\nmsgstr "Language: de"\n\nmsgid "a"\n"b"\nmsgstr "c"\n"d\\n"\n\nmsgid "e"\nmsgstr ""\n'
    assert list(entries(text)) == [("ab", ("cd\n",))]
    assert languages.catalogue_file("de").exists()


def test_forms_for_numbers_are_read_in_their_order() -> None:
    text = 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} Tag"\nmsgstr[1] "{n} "\n"Tage"\n'
    assert list(entries(text)) == [("{n} day", ("{n} Tag", "{n} Tage"))]
