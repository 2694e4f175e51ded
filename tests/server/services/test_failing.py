"""Webhooks that only fail: warned of twice, disabled once, never for one bad event, and nothing they are owed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import deliveries, events, failing, webhook_stats, webhooks
from server.services.webhook_bodies import NewWebhook
from server.store import database, webhook_health
from server.store.webhook_health import Streak
from server.system import clock
from tests.server.services.people import mailed

DAY = 86_400_000
START = 1_800_000_000_000


def subscribe(actor: Actor, *patterns: str) -> str:
    return str(webhooks.create(actor, NewWebhook(name="Orders", url="http://127.0.0.1:9/", events=list(patterns)), most=9)["id"])


def fail(actor: Actor, webhook_id: str, at: int, *, events_failed: int = 2) -> None:
    """Have attempts of so many deliveries fail."""
    with clock.frozen(at), database.transaction():
        for number in range(events_failed):
            events.publish(actor, "contact.created", f"con_{number}")
        database.execute("UPDATE deliveries SET attempts = 1 WHERE webhook_id = ?", (webhook_id,))
        webhook_health.note([Streak(webhook_id, at, failures=events_failed, failed=events_failed)], at)


def check(at: int) -> int:
    with clock.frozen(at):
        return failing.check_failing()


def notices(actor: Actor, watcher: str) -> list[str]:
    found, _ = deliveries.list_page(actor, watcher, {}, None, 50)
    return [one["event_type"] for one in reversed(found)]


@pytest.mark.criterion("webhooks-13")
def test_each_step_is_told_once_by_webhook_and_mail_and_the_last_disables(alice: Actor) -> None:
    webhook_id, watcher = subscribe(alice, "contact.*"), subscribe(alice, "webhook.failing", "webhook.disabled")
    fail(alice, webhook_id, START)
    fail(alice, webhook_id, START + DAY)
    assert [check(START + days * DAY // 2) for days in (4, 5, 6, 9, 9, 10, 11)] == [0, 1, 0, 1, 0, 1, 0]
    assert notices(alice, watcher) == ["webhook.failing", "webhook.failing", "webhook.disabled"]
    found = webhooks.get(alice, webhook_id)
    assert (found["status"], found["status_reason"]) == ("disabled", f"Nothing but failures since {clock.rfc3339(START)}.")
    counts = webhook_stats.of_webhook(alice, webhook_id)
    assert (counts["accepted"], counts["held"]) == (4, 4)
    readers = sorted((mail["values"]["disabled"], mail["to"]) for mail in mailed())
    assert readers == [
        (last, who) for last, times in ((False, 2), (True, 1)) for who in ("alice@example.com", "dora@example.com") for _ in range(times)
    ]


def test_one_bad_event_disables_nothing(alice: Actor) -> None:
    webhook_id = subscribe(alice, "contact.*")
    fail(alice, webhook_id, START, events_failed=1)
    with database.transaction():
        webhook_health.note([Streak(webhook_id, START + DAY, failures=1, failed=1)], START)
    check(START + 9 * DAY)
    assert webhooks.get(alice, webhook_id)["status"] == "active"


def test_failures_of_one_bad_hour_disable_nothing(alice: Actor) -> None:
    webhook_id = subscribe(alice, "contact.*")
    fail(alice, webhook_id, START)
    fail(alice, webhook_id, START + DAY // 24)
    check(START + 9 * DAY)
    assert webhooks.get(alice, webhook_id)["status"] == "active"


def test_a_success_begins_the_count_anew(alice: Actor) -> None:
    webhook_id = subscribe(alice, "contact.*")
    fail(alice, webhook_id, START)
    with database.transaction():
        webhook_health.note([Streak(webhook_id, START + 4 * DAY, delivered=1)], START)
    fail(alice, webhook_id, START + 4 * DAY + 1)
    assert check(START + 6 * DAY) == 0


def test_what_was_disabled_gets_everything_when_it_is_enabled_and_its_patience_back(alice: Actor) -> None:
    webhook_id = subscribe(alice, "contact.*")
    fail(alice, webhook_id, START)
    fail(alice, webhook_id, START + DAY)
    check(START + 5 * DAY)
    with database.transaction():
        events.publish(alice, "contact.created", "con_late")
    assert webhook_stats.of_webhook(alice, webhook_id)["held"] == 5
    webhooks.set_status(alice, webhook_id, "active")
    assert webhook_stats.of_webhook(alice, webhook_id)["pending"] == 5
    assert check(START + 6 * DAY) == 0


def test_who_is_off_already_is_not_disabled_twice(alice: Actor) -> None:
    webhook_id, watcher = subscribe(alice, "contact.*"), subscribe(alice, "webhook.disabled")
    webhooks.set_status(alice, webhook_id, "disabled")

    def gone() -> dict[str, Any]:
        with database.transaction():
            failing.disable(alice, webhook_id, "The receiver answered 410 Gone.")
        return webhooks.get(alice, webhook_id)

    assert gone()["status_reason"] is None
    assert notices(alice, watcher) == ["webhook.disabled"]
