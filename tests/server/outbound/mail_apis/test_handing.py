"""Handing over: refusals in the provider's words, lost answers told as such, and nobody reached whom the guard forbids."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.domain.errors import Later
from server.outbound import guard
from server.outbound.mail_apis.handing import Hand
from tests.peers.mail_providers import Provider, Refused
from tests.peers.ports import free_port
from tests.server.outbound.mail_apis.letters import account, letter
from tests.vendors.messages import Answer


@pytest.mark.parametrize(
    ("key", "refused", "words"),
    [
        ("sendgrid", Refused(400, {"errors": [{"message": "Bad", "field": "from.email"}]}), "SendGrid answered 400: Bad (from.email)"),
        ("ses", Refused(400, {"message": "Paused"}, {"x-amzn-ErrorType": "SendingPausedException:http://x"}), "SendingPausedException: Paused"),
        ("mailgun", Refused(401, "Forbidden"), "Mailgun answered 401: Forbidden"),
        ("mailgun", Refused(429, {"message": "Slow"}, {"Retry-After": "120"}), "Slow Try again in 120 seconds."),
        ("sendgrid", Refused(400, ["not", "what", "is", "described"]), 'SendGrid answered 400: ["not"'),
    ],
)
def test_a_refusal_is_told_in_the_providers_words(provider: Callable[[str], Provider], key: str, refused: Refused, words: str) -> None:
    there = provider(key)
    there.plan = [refused.answer]
    found = Hand(account(there)).over(letter())
    assert not found.accepted
    assert words in found.words


def test_what_stands_before_a_provider_is_told_as_it_is(provider: Callable[[str], Provider]) -> None:
    there = provider("ses")
    there.plan = [Answer(502, {}, b"<html>Bad gateway</html>"), Answer(200, {}, b"no JSON")]
    hand = Hand(account(there))
    assert "Bad gateway" in hand.over(letter()).words
    assert hand.over(letter()) == (200, "", ""), "it was taken, though nobody knows under which id"


def test_nobody_at_the_address_or_nobody_who_may_be_reached_is_no_verdict(provider: Callable[[str], Provider]) -> None:
    there = provider("mailgun")
    there.endpoint, reached = f"http://127.0.0.1:{free_port()}", there.endpoint
    with pytest.raises(Later, match="Mailgun"):
        Hand(account(there)).over(letter())
    guard.install(())
    there.endpoint = reached
    with pytest.raises(Later, match="public"):
        Hand(account(there)).over(letter())
    assert there.calls == []
