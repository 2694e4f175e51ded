"""Hints: each leads to a reason, none of them says that an address is dead, and what a phrase or a code says outweighs them."""

from __future__ import annotations

import re

from server.domain.mail.cues import CUES
from server.domain.mail.reasons import HARD, REASONS
from server.domain.mail.replies import classify_reply


def test_a_hint_leads_to_a_reason_that_never_ends_an_address() -> None:
    for reason, hints in CUES:
        assert reason in REASONS
        assert reason not in HARD
        assert all(re.compile(hint) for hint in hints)


def test_hints_are_asked_last() -> None:
    assert classify_reply(550, None, "It is about the originator").reason == "rejected"
    assert classify_reply(550, "5.1.1", "It is about the originator").reason == "userunknown"
    assert classify_reply(550, None, "It is about the originator", hints=False).reason == "undefined"
