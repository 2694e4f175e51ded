"""The phrases: each leads to a reason that is explained, and each can be found."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from server.domain.mail.marks import MARKS
from server.domain.mail.phrases import COMMANDS, PHRASES
from server.domain.mail.reasons import REASONS
from tests.server.domain.mail.families import expected, family, judged, owned, real_mail, score, without


@pytest.mark.parametrize("table", [MARKS, PHRASES], ids=["marks", "phrases"])
def test_every_phrase_leads_to_a_reason_and_is_a_pattern_for_text_in_lower_case(table: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    for reason, phrases in table:
        assert reason in REASONS
        for phrase in phrases:
            re.compile(phrase)
            assert not re.search(r"(?<!\\)[A-Z]", phrase), (reason, phrase)


def test_every_command_has_words_for_its_refusal() -> None:
    assert [name for name, words in COMMANDS if not words] == []


@pytest.mark.criterion("email-18")
@real_mail
def test_a_family_of_which_no_phrase_is_known_is_judged_well_all_the_same(monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]) -> None:
    pairs = []
    phrases = owned(monkeypatch)
    for one in {family(name) for name in expected()}:
        with without(phrases[one], monkeypatch):
            pairs += judged([name for name in expected() if family(name) == one])
    found = score(pairs)
    figure(f"each family unseen, {sum(map(len, phrases.values()))} phrases switched off: {found}")
    assert found.agreed >= 0.93
    assert found.false_hard <= 0.01
    assert found.reasons >= 0.85
