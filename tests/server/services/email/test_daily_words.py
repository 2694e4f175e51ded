"""The words of the daily report: the same sentences with the same gaps in every language, each of which can be said."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from server.domain.mail import daily_changes
from server.domain.mail.daily_changes import SECTIONS, Change
from server.services.email import daily_words
from server.services.email.daily_words import LANGUAGES, language_of, told, words

SPAN = (1_795_150_800_000, 1_795_237_200_000)
NAMES = {"brand": "Acme", "tenant": "North"}


def gaps(table: dict[str, Any], place: str = "") -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= gaps(value, f"{place}{name}.")
        else:
            found[place + name] = {gap for _, gap, _, _ in Formatter().parse(value) if gap}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences_with_the_same_gaps(language: str) -> None:
    assert gaps(words()[language]) == gaps(words()["en"])
    assert set(words()[language]["sections"]) == set(SECTIONS)


def test_every_change_that_can_be_found_has_its_sentence() -> None:
    source = Path(daily_changes.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'"((?:site|domain|finding|keys|suppressions)_[a-z_]+|unlisted)"', source)) | {"listed"}
    said = set(words()["en"]["lines"])
    assert said == named | {"stream_paused", "stream_resumed", "stream_warned", "dmarc_source", "tls_source"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_whole_in_its_language(language: str) -> None:
    changes = [
        Change("domains", "finding_failed", {"domain": "a.test", "check": "spf"}, "There is no record."),
        Change("domains", "finding_mended", {"domain": "a.test", "check": "ownership"}),
        Change("sending", "site_paused", {"site": "google", "until": SPAN[1]}, "421 busy"),
        Change("suppressions", "suppressions_grew", {"reason": "hard_bounce", "count": 60, "usual": 4}),
    ]
    found = told(changes, language, NAMES, SPAN, "Europe/Berlin")
    known = words()[language]
    assert [one["title"] for one in found["sections"]] == [known["sections"][name] for name in ("sending", "domains", "suppressions")]
    texts = [line["text"] for one in found["sections"] for line in one["lines"]]
    assert "{" not in "".join([*texts, found["subject"], found["intro"], found["note"]])
    assert "2026-11-21 06:00" in texts[0], "a moment is told in the tenant's time zone"
    assert "SPF" in texts[1]
    assert known["checks"]["ownership"] in texts[2]
    assert known["reasons"]["hard_bounce"] in texts[3]
    assert found["direction"] == ("rtl" if language == "ar" else "ltr")


def test_of_very_many_changes_the_rest_is_counted() -> None:
    many = [Change("domains", "domain_removed", {"domain": f"{number}.test"}) for number in range(daily_words.MOST_LINES + 3)]
    (section,) = told(many, "en", NAMES, SPAN, "UTC")["sections"]
    assert (len(section["lines"]), section["more"]) == (daily_words.MOST_LINES, "And 3 more; all of it is in the console.")


def test_a_tag_is_taken_for_its_language_and_an_unknown_one_for_english() -> None:
    assert [language_of(tag) for tag in ("de-AT", "FR", "ar", "it", "")] == ["de", "fr", "ar", "en", "en"]
