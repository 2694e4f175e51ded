"""Blocklists: only a documented answer is a listing; a refusal, a rewriting, or a dead list is not."""

from __future__ import annotations

import pytest

from server.domain.mail import blocklists
from server.domain.mail.blocklists import BLOCKLISTS
from server.domain.mail.zone import Answer

ZEN = next(one for one in BLOCKLISTS if one.zone == "zen.spamhaus.org")
DBL = next(one for one in BLOCKLISTS if one.zone == "dbl.spamhaus.org")
pytestmark = pytest.mark.criterion("email-16")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer("no_name"), "clean"),
        (Answer("absent"), "clean"),
        (Answer("found", ("127.0.0.4",)), "listed"),
        (Answer("found", ("127.0.0.10", "127.0.0.11")), "listed"),
        (Answer("found", ("127.255.255.252",)), "unknown"),
        (Answer("found", ("127.255.255.254",)), "unknown"),
        (Answer("found", ("127.255.255.255",)), "unknown"),
        (Answer("found", ("127.0.0.1",)), "unknown"),
        (Answer("found", ("127.0.0.255",)), "unknown"),
        (Answer("found", ("198.51.100.9",)), "unknown"),
        (Answer("failed", reason="SERVFAIL"), "unknown"),
        (Answer("found", ("127.255.255.254", "127.0.0.3")), "listed"),
    ],
)
def test_an_answer_means_what_the_list_documents(answer: Answer, state: str) -> None:
    found = blocklists.standing(ZEN, answer)
    assert found.state == state
    assert found.detail.startswith("zen.spamhaus.org")


def test_a_listing_of_another_list_is_none_here() -> None:
    assert blocklists.standing(DBL, Answer("found", ("127.0.0.2",))).state == "unknown"
    assert blocklists.standing(DBL, Answer("found", ("127.0.1.2",))).state == "listed"


def test_a_list_is_doubted_that_lists_everything_or_nothing() -> None:
    listed, nothing = Answer("found", ("127.0.0.2",)), Answer("no_name")
    assert blocklists.doubt(ZEN, listed, nothing) is None
    assert "must not" in (blocklists.doubt(ZEN, listed, listed) or "")
    assert "its own test entry" in (blocklists.doubt(ZEN, nothing, nothing) or "")
    assert "its own test entry" in (blocklists.doubt(ZEN, Answer("failed", reason="x"), nothing) or "")


def test_addresses_are_asked_for_backwards() -> None:
    assert blocklists.question(ZEN, "192.0.2.99") == "99.2.0.192.zen.spamhaus.org"
    assert blocklists.question(ZEN, "2001:db8::1").startswith("1.0.0.0.0.0")
    assert blocklists.question(ZEN, "2001:db8::1").endswith(".8.b.d.0.1.0.0.2.zen.spamhaus.org")
    assert blocklists.question(DBL, "example.com") == "example.com.dbl.spamhaus.org"
    assert blocklists.proving_points(ZEN) == ("2.0.0.127.zen.spamhaus.org", "1.0.0.127.zen.spamhaus.org")
    assert blocklists.proving_points(DBL)[0] == "test.dbl.spamhaus.org"


def test_every_listing_says_where_to_ask_for_removal() -> None:
    for one in BLOCKLISTS:
        assert one.removal in blocklists.standing(one, Answer("found", (one.first,))).detail
