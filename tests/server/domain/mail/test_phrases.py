"""The phrases: each leads to a reason that is explained, and each can be found."""

from __future__ import annotations

import re

from server.domain.mail.phrases import COMMANDS, PHRASES
from server.domain.mail.reasons import REASONS


def test_every_phrase_leads_to_a_reason_and_is_a_pattern_for_text_in_lower_case() -> None:
    for reason, phrases in PHRASES:
        assert reason in REASONS
        for phrase in phrases:
            re.compile(phrase)
            assert not re.search(r"(?<!\\)[A-Z]", phrase), (reason, phrase)


def test_every_command_has_words_for_its_refusal() -> None:
    assert [name for name, words in COMMANDS if not words] == []
