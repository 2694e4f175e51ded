"""A message is taken under a lease, and only its holder may say how it ended."""

from __future__ import annotations

import pytest

from server.store import outbox

pytestmark = pytest.mark.usefixtures("opened")


def taken(now: int, lease: str = "mine", channels: tuple[str, ...] = ("mail",)) -> list[str]:
    """Take what is due for ten milliseconds and return the ids."""
    return [one.id for one in outbox.take(channels, lease, now, now + 10, 5)]


def test_what_is_due_is_taken_by_one_until_the_lease_ends() -> None:
    outbox.insert("out_1", "mail", "alert", b"sealed", 100, 1000)
    outbox.insert("out_2", "webhook", "alert", b"sealed", 100, 1000)
    assert taken(99) == []
    assert taken(100) == ["out_1"]
    assert taken(109) == []
    assert taken(110, "other") == ["out_1"]


def test_a_lost_lease_has_no_say() -> None:
    outbox.insert("out_1", "mail", "alert", b"sealed", 100, 1000)
    taken(100)
    taken(110, "other")
    outbox.finish("out_1", "mine", "sent", None, 115)
    outbox.retry("out_1", "mine", 500, "late")
    assert outbox.counts() == {"pending": 1}
    outbox.finish("out_1", "other", "sent", None, 115)
    assert outbox.counts() == {"sent": 1}
    assert taken(900) == []


def test_a_retry_comes_again_with_one_attempt_more() -> None:
    outbox.insert("out_1", "mail", "alert", b"sealed", 100, 1000)
    taken(100)
    outbox.retry("out_1", "mine", 500, "away")
    (one,) = outbox.take(("mail",), "mine", 500, 600, 5)
    assert (one.attempts, one.message) == (1, b"sealed")


def test_what_expired_ends_and_what_ended_long_ago_goes() -> None:
    outbox.insert("out_1", "mail", "alert", b"sealed", 100, 1000)
    assert outbox.expire(999) == 0
    assert outbox.expire(1000) == 1
    assert outbox.prune(1000) == 0
    assert outbox.prune(1001) == 1
    assert outbox.counts() == {}
