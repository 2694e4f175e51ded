"""What an attempt's end leads to: another attempt, an end, a provider's pause, an event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.services.email import settling, throttles
from server.services.email.desk import MailDesk, Room
from server.services.email.settling import Attempt, Outcome
from server.store import database, email_messages, email_queue
from server.system import clock
from tests.mailing import happened, sending_settings, states, submit, verified


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def taken(actor: Actor, folder: Path, site: str = "customer.test", **parts: Any) -> tuple[Attempt, MailDesk]:
    """Submit a message and take it from the queue."""
    made = submit(actor, sending_settings(folder), **parts)
    desk = MailDesk(lease_ms=60_000)
    (lot,) = desk.take(Room(6, 6))
    message = email_messages.find(actor.tenant_id, actor.mode, made["id"])
    assert message is not None
    return Attempt(lot.works[0], message, site), desk


def refused(code: int, text: str, **more: Any) -> Outcome:
    return Outcome(False, "direct", code=code, text=text, command="RCPT", **more)


def state(actor: Actor, attempt: Attempt) -> str:
    return states(actor, attempt.work.message_id)[0]


@pytest.mark.criterion("email-20")
@pytest.mark.parametrize(
    ("code", "text", "becomes", "suppressed"),
    [
        (550, "5.1.1 User unknown", "bounced", True),
        (550, "5.7.1 Message refused as spam", "bounced", False),
        (554, "5.7.1 blocked using zen.spamhaus.org", "bounced", False),
        (552, "5.2.2 Mailbox full", "deferred", False),
        (451, "4.7.1 Greylisted", "deferred", False),
        (421, "4.7.0 Try again later", "deferred", False),
        (550, "4.7.28 Too many messages, rate limited", "deferred", False),
    ],
)
def test_a_refusal_is_final_only_when_it_is_meant_for_good(
    alice: Actor, tmp_path: Path, code: int, text: str, becomes: str, suppressed: bool
) -> None:
    attempt, desk = taken(alice, tmp_path)
    settling.settle(attempt, refused(code, text), desk.lease)
    assert state(alice, attempt) == becomes
    assert (database.row("SELECT COUNT(*) FROM email_suppressions") == (1,)) is suppressed


@pytest.mark.criterion("email-5")
def test_three_complaint_deferrals_pause_the_provider_by_themselves_and_nobody_else(alice: Actor, tmp_path: Path) -> None:
    for number in range(3):
        attempt, desk = taken(alice, tmp_path, "yahoo", to=[f"p{number}@yahoo.com"])
        settling.settle(attempt, refused(421, "4.7.0 [TSS04] Messages deferred due to user complaints"), desk.lease)
    held = throttles.get(alice, "yahoo")
    assert held["reason"] == "yahoo_complaints"
    assert "[TSS04]" in held["reply"]
    until = clock.parse_rfc3339(held["paused_until"]) - clock.now_ms()
    assert 7_190_000 < until <= 7_200_000
    submit(alice, sending_settings(tmp_path), to=["x@yahoo.com"])
    submit(alice, sending_settings(tmp_path), to=["x@gmail.com"])
    assert [lot.site for lot in MailDesk(lease_ms=60_000).take(Room(6, 6))] == ["google"]


@pytest.mark.criterion("email-5")
def test_a_provider_that_says_slow_down_is_sent_to_at_half_the_pace(alice: Actor, tmp_path: Path) -> None:
    for number in range(6):
        attempt, desk = taken(alice, tmp_path, "customer.test", to=[f"p{number}@customer.test"])
        settling.settle(attempt, refused(451, "4.7.1 Too many messages, slow down"), desk.lease)
        database.run("UPDATE email_throttles SET next_at = 0")
    assert throttles.get(alice, "customer.test")["per_minute_now"] == 15


@pytest.mark.criterion("email-3")
def test_a_deadline_ends_the_attempts_after_one_last_chance(alice: Actor, tmp_path: Path) -> None:
    soon = clock.rfc3339(clock.now_ms() + 60_000)
    attempt, desk = taken(alice, tmp_path, deadline=soon)
    settling.settle(attempt, refused(451, "4.7.1 later"), desk.lease)
    found = email_queue.find(alice.tenant_id, alice.mode, attempt.work.id)
    assert found is not None
    assert found["due_at"] == attempt.work.deadline_at - 5_000
    ended = settling.judged(attempt, refused(451, "4.7.1 later"), attempt.work.deadline_at - 4_000)
    assert (ended.state, ended.finished_at is not None) == ("expired", True)


@pytest.mark.criterion("email-3")
def test_a_stream_has_its_own_schedule_and_the_end_of_it_is_the_end(alice: Actor, tmp_path: Path) -> None:
    attempt, _ = taken(alice, tmp_path)
    short = Attempt(attempt.work._replace(attempts=1), attempt.message, "s", (10.0,))
    assert settling.judged(short, refused(451, "later"), clock.now_ms()).state == "failed"
    first = settling.judged(Attempt(attempt.work, attempt.message, "s", (10.0,)), refused(451, "later"), 1_000)
    assert 9_000 <= first.due_at <= 13_000


@pytest.mark.criterion("email-17", "email-29")
def test_every_attempt_is_kept_with_what_the_server_said_and_how_it_was_reached(alice: Actor, tmp_path: Path) -> None:
    attempt, desk = taken(alice, tmp_path)
    outcome = Outcome(
        True,
        "direct",
        250,
        "2.0.0",
        "2.0.0 queued as 4711",
        "mx.customer.test",
        "TLSv1.3",
        True,
        "DATA",
        milliseconds=12,
    )
    settling.settle(attempt, outcome, desk.lease)
    told = happened(alice, attempt.work.message_id)[-1]
    assert (told["type"], told["address"]) == ("delivered", "bob@customer.test")
    kept = {name: told["detail"][name] for name in ("host", "tls", "certificate_verified", "code", "reply", "source", "attempt")}
    assert kept == {
        "host": "mx.customer.test", "tls": "TLSv1.3", "certificate_verified": True, "code": 250, "reply": "2.0.0 queued as 4711",
        "source": "direct", "attempt": 1,
    }  # fmt: skip


def test_webhooks_hear_of_what_arrived_and_what_came_back(alice: Actor, tmp_path: Path) -> None:
    attempt, desk = taken(alice, tmp_path, metadata={"order": "7"})
    settling.settle(attempt, Outcome(True, "direct", 250, text="fine"), desk.lease)
    rows = database.rows("SELECT type, body FROM events WHERE type LIKE 'email.%' ORDER BY position")
    assert [row[0] for row in rows] == ["email.sent", "email.delivered"]
    record = json.loads(bytes(rows[1][1]))["data"]["record"]
    assert (record["recipient"], record["metadata"], record["state"]) == ("bob@customer.test", {"order": "7"}, "delivered")
