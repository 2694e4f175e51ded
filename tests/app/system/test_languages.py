"""Languages: complete catalogues with the placeholders of the English, a pseudo locale, and the direction of writing."""

from __future__ import annotations

import re

import pytest

from app.pages.specs import ListView
from app.pages.table import PAGES
from app.system import languages
from app.system.languages import LANGUAGES, PSEUDO, entries, load, tr, use
from tests.app.words import buttons, texts

# Pages whose catalogues were gone over; a page joins with its words.
GONE_OVER = (
    *("overview", "records", "transfers", "webhooks", "integrations", "email", "deliverability"),
    *("events", "logs", "tenants", "users", "keys", "tiers", "system"),
)
TRANSLATED = [code for code in LANGUAGES if code != "en"]


def test_all_languages_speak_of_the_same_things() -> None:
    spoken = {code: set(load(code).words) for code in TRANSLATED}
    assert all(words == spoken["de"] for words in spoken.values())


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_way_around_the_console_is_translated(code: str) -> None:
    way = {text for page in PAGES if page.key in GONE_OVER for text in (page.label, page.section, *(view.label for view in page.views))}
    assert sorted(way & texts() - set(load(code).words)) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_button_and_every_act_of_a_page_is_translated(code: str) -> None:
    views = [view for page in PAGES if page.key in GONE_OVER for view in page.views if isinstance(view, ListView)]
    acts = {act.label for view in views for act in (*view.actions, *((view.create,) if view.create else ()))}
    assert sorted((buttons() | acts) & texts() - set(load(code).words)) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_catalogue_holds_a_text_that_nobody_shows(code: str) -> None:
    assert sorted(set(load(code).words) - texts()) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_the_placeholders(code: str) -> None:
    wrong = [english for english, found in load(code).words.items() if placeholders(english) != placeholders(found)]
    assert wrong == []


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", text))


def test_the_pseudo_locale_is_longer_and_keeps_placeholders() -> None:
    use(PSEUDO)
    assert tr("Delete {name} now", name="A") == "[Délété A ñów·····]"


def test_arabic_is_written_from_right_to_left_and_german_is_not() -> None:
    assert use("ar").right_to_left
    assert not use("de").right_to_left


def test_an_unknown_language_is_english() -> None:
    use("xx")
    assert tr("Save") == "Save"


def test_a_catalogue_is_read_with_long_texts_and_without_its_header() -> None:
    text = 'msgid ""\nmsgstr "Language: de"\n\nmsgid "a"\n"b"\nmsgstr "c"\n"d\\n"\n\nmsgid "e"\nmsgstr ""\n'
    assert list(entries(text)) == [("ab", "cd\n")]
    assert languages.catalogue_file("de").exists()
