"""Failures in words: every code that a delivery can end with has its own, and an unknown one stays a code."""

from __future__ import annotations

import pytest

from app.models.failures import FAILURES, failure
from app.system.languages import use
from server.outbound import posting


def test_every_way_in_which_posting_fails_has_words() -> None:
    assert sorted({code for _, code in posting._FAILURES} - set(FAILURES)) == []


@pytest.mark.parametrize(("code", "words"), [("status_405", "Antwortete 405"), ("timeout", "Keine Antwort in der Zeit"), ("odd_one", "odd_one")])
def test_a_failure_is_told_in_the_users_language(code: str, words: str) -> None:
    use("de")
    assert failure(code) == words
