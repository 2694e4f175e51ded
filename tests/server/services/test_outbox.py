"""What is queued with a change goes out, at least once, and tells nobody else what it says."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import Later, Skip
from server.services import outbox, wakes
from server.store import database
from server.store import outbox as rows
from server.system import clock

pytestmark = pytest.mark.usefixtures("opened")
NOW = 1_800_000_000_000
DAY = 86_400_000


class Sender:
    """Remembers what it sent; fails with what it was told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.failure: Exception | None = None

    def __call__(self, message_id: str, message: dict[str, Any]) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append((message_id, message))


def test_a_message_wakes_the_worker_and_goes_out_once() -> None:
    woken: list[str] = []
    wakes.install(woken.append)
    sender = Sender()
    message_id = outbox.queue("mail", "greeting", {"token": "secret words"}, useful_ms=DAY)
    assert woken == ["mails"]
    assert "secret words" not in repr(database.rows("SELECT * FROM outbox"))
    assert outbox.work_off({"mail": sender}) == 1
    assert outbox.work_off({"mail": sender}) == 0
    assert sender.sent == [(message_id, {"token": "secret words"})]
    assert database.row("SELECT state, message FROM outbox") == ("sent", None)


def test_a_message_of_a_change_that_failed_is_never_sent() -> None:
    def fail() -> None:
        with database.transaction():
            outbox.queue("mail", "greeting", {}, useful_ms=DAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows.counts() == {}


def test_what_fails_is_tried_again_later_and_later() -> None:
    sender = Sender()
    sender.failure = Later("nobody there")
    with clock.frozen(NOW) as held:
        outbox.queue("mail", "greeting", {}, useful_ms=DAY)
        for wait in (15_000, 30_000, 60_000):
            assert outbox.work_off({"mail": sender}) == 0
            held.advance(wait - 1)
            sender.failure = None
            assert outbox.work_off({"mail": sender}) == 0
            sender.failure = Later("nobody there")
            held.advance(1)
        sender.failure = None
        assert outbox.work_off({"mail": sender}) == 1


def test_what_is_refused_for_good_is_given_up_with_its_reason() -> None:
    sender = Sender()
    sender.failure = Skip("550 no such user")
    outbox.queue("mail", "greeting", {}, useful_ms=DAY)
    outbox.work_off({"mail": sender})
    assert database.row("SELECT state, last_error, message FROM outbox") == ("failed", "550 no such user", None)


def test_one_that_fails_holds_up_no_other() -> None:
    sent: list[str] = []

    def sender(_message_id: str, message: dict[str, Any]) -> None:
        if message["name"] == "bad":
            raise Later
        sent.append(message["name"])

    for name in ("bad", "good", "better"):
        outbox.queue("mail", "greeting", {"name": name}, useful_ms=DAY)
    assert outbox.work_off({"mail": sender}) == 2
    assert sorted(sent) == ["better", "good"]


def test_without_a_sender_a_message_waits_until_nobody_needs_it() -> None:
    sender = Sender()
    with clock.frozen(NOW) as held:
        outbox.queue("mail", "greeting", {}, useful_ms=DAY)
        assert outbox.work_off({"webhook": sender}) == 0
        assert rows.counts() == {"pending": 1}
        held.advance(DAY + 1)
        assert outbox.work_off({"mail": sender}) == 0
        assert rows.counts() == {"expired": 1}
        held.advance(outbox.KEPT_MS + 1)
        outbox.work_off({"mail": sender})
        assert rows.counts() == {}


def test_a_sender_that_dies_leaves_the_message_to_the_next() -> None:
    sender = Sender()

    def dying(_message_id: str, _message: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    with clock.frozen(NOW) as held:
        outbox.queue("mail", "greeting", {}, useful_ms=DAY)
        with pytest.raises(KeyboardInterrupt):
            outbox.work_off({"mail": dying})
        assert outbox.work_off({"mail": sender}) == 0
        held.advance(outbox.LEASE_MS)
        assert outbox.work_off({"mail": sender}) == 1
