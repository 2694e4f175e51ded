"""How webhooks are doing, in rows: streaks, the circuit breaker, warnings, and switching off."""

from __future__ import annotations

from typing import Any

import pytest

from server.store import database, webhook_health
from server.store.webhook_health import LEAST_ATTEMPTS, WINDOW_MS, Streak
from tests.server.store.test_webhooks import get, insert

NOW = 1_000_000
OPEN = 30_000


def note(at: int = NOW, **said: Any) -> None:
    with database.transaction():
        webhook_health.note([Streak("whk_a", at, **said)], at + OPEN)


def failures(count: int, at: int = NOW) -> None:
    note(at, failures=count, failed=count)


def test_only_an_active_webhook_is_disabled_for_what_its_receiver_did(opened: str) -> None:
    insert("a")
    insert("b", status="paused")
    for webhook_id in ("whk_a", "whk_b"):
        webhook_health.disable(webhook_id, "It answered 410 Gone.", 7)
    assert [(get(one)["status"], get(one)["status_reason"], get(one)["version"]) for one in ("whk_a", "whk_b")] == [
        ("disabled", "It answered 410 Gone.", 2),
        ("paused", None, 1),
    ]


def test_a_success_ends_a_streak(opened: str) -> None:
    insert()
    failures(2)
    assert (get()["failure_count"], get()["first_failure_at"]) == (2, NOW)
    failures(1, NOW + 5)
    assert (get()["failure_count"], get()["first_failure_at"]) == (3, NOW)
    note(NOW + 9, delivered=1, failures=1, failed=4)
    assert (get()["failure_count"], get()["first_failure_at"]) == (1, NOW + 9)
    note(NOW + 10, delivered=1)
    assert (get()["failure_count"], get()["first_failure_at"], get()["last_triggered"]) == (0, None, NOW + 10)


@pytest.mark.parametrize(
    ("delivered", "failed", "opens"),
    [(0, 9, False), (0, 10, True), (3, 7, True), (4, 7, False), (4, 9, False), (30, 70, True), (31, 70, False)],
)
@pytest.mark.criterion("webhooks-13")
def test_the_breaker_opens_at_seven_failures_of_ten_or_more(opened: str, delivered: int, failed: int, opens: bool) -> None:
    insert()
    note(delivered=delivered, failed=failed, failures=1)
    assert (get()["breaker"], get()["parked_until"]) == (("open", NOW + OPEN) if opens else (None, None))


def test_failures_are_counted_over_a_minute(opened: str) -> None:
    insert()
    failures(LEAST_ATTEMPTS - 1)
    failures(LEAST_ATTEMPTS - 1, NOW + WINDOW_MS + 1)
    assert get()["breaker"] is None
    failures(1, NOW + WINDOW_MS + 2)
    assert get()["breaker"] == "open"


def test_of_many_only_one_tries_an_open_webhook_again(opened: str) -> None:
    insert()
    failures(LEAST_ATTEMPTS)
    assert not webhook_health.probe("whk_a", NOW + OPEN - 1, NOW + 2 * OPEN)
    assert webhook_health.probe("whk_a", NOW + OPEN, NOW + 2 * OPEN)
    assert not webhook_health.probe("whk_a", NOW + OPEN, NOW + 2 * OPEN)


def test_a_probe_that_fails_opens_again_and_one_that_succeeds_closes(opened: str) -> None:
    insert()
    failures(LEAST_ATTEMPTS)
    failures(1, NOW + OPEN)
    assert (get()["breaker"], get()["parked_until"]) == ("open", NOW + 2 * OPEN)
    note(NOW + 2 * OPEN, delivered=1)
    assert (get()["breaker"], get()["parked_until"]) == (None, None)


def test_an_open_breaker_never_shortens_what_the_receiver_asked_for(opened: str) -> None:
    insert()
    note(failed=LEAST_ATTEMPTS, failures=LEAST_ATTEMPTS, parked_until=NOW + 10 * OPEN)
    assert get()["parked_until"] == NOW + 10 * OPEN


def test_switching_on_forgets(opened: str) -> None:
    insert()
    failures(LEAST_ATTEMPTS)
    webhook_health.forget("whk_a")
    assert (get()["breaker"], get()["parked_until"], get()["failure_count"], get()["first_failure_at"]) == (None, None, 0, None)
    failures(LEAST_ATTEMPTS - 1, NOW + 1)
    assert get()["breaker"] is None


def test_a_step_is_taken_by_one_and_a_success_takes_it_back(opened: str) -> None:
    insert()
    failures(3)
    assert [one.id for one in webhook_health.failing(NOW)] == ["whk_a"]
    assert webhook_health.failing(NOW - 1) == []
    assert [webhook_health.warn("whk_a", 0, 50), webhook_health.warn("whk_a", 0, 50)] == [True, False]
    note(NOW + 1, delivered=1)
    failures(1, NOW + 2)
    assert [(one.warned, one.first_failure_at) for one in webhook_health.failing(NOW + 9)] == [(0, NOW + 2)]
