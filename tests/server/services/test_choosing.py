"""Choosing what may be taken: throttles, lines, at most once, and webhooks that are tried again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.services import deliveries, events, webhook_stats, webhooks
from server.services.choosing import allowed, next_moment
from server.services.concluding import Work
from server.services.dispatch import BREAKER_MS, Desk, Room
from server.services.receivers import BURST_MS, PERIODS, Rate
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import database
from server.store.webhook_health import LEAST_ATTEMPTS
from server.system import clock
from tests.server.services.test_dispatch import done

PLENTY = Room(1000, 1000, of_fast=1000, of_slow=1000)
START = 1_800_000_000_000


def webhook(actor: Actor, **options: Any) -> str:
    body = NewWebhook.model_validate({"name": "Hook", "url": "http://127.0.0.1:9/hooks", "events": ["contact.*"], **options})
    return str(webhooks.create(actor, body, most=100)["id"])


def happen(actor: Actor, *object_ids: str) -> None:
    with database.transaction():
        for one in object_ids:
            events.publish(actor, "contact.created", one)


def desk(*schedule: int) -> Desk:
    return Desk(lease_ms=30_000, schedule=schedule or (0, 5, 300))


def settle(mine: Desk, works: list[Work], status: int | None = 200, error: str | None = None) -> None:
    mine.turn([done(one, status, error) for one in works], Room(0, 0))


def about(works: list[Work]) -> list[str]:
    """Return which objects the works tell of, in the order of their events."""
    return [one.body.decode().partition('"id":"con_')[2].partition('"')[0] for one in works]


def rate_of(requests: int, period: str) -> Rate:
    interval = PERIODS[period] / requests
    return Rate(interval, max(BURST_MS - interval, 0))


@pytest.mark.criterion("webhooks-21")
@given(st.integers(1, 2000), st.sampled_from(["second", "minute"]), st.lists(st.integers(1, 3000), min_size=30, max_size=200))
def test_no_minute_has_more_than_its_limit_and_five_percent(requests: int, period: str, pauses: list[int]) -> None:
    rate, now, until, made = rate_of(requests, period), START, None, []
    for pause in pauses:
        number = allowed(rate, until, now)
        if number:
            until = next_moment(rate, until, now, number)
            made.append((now, number))
        now += pause
    limit = 60_000 / rate.interval
    for begin, _ in made:
        counted = sum(number for at, number in made if begin <= at < begin + 60_000)
        assert counted <= max(limit * 1.05, limit + 1)


def test_a_throttled_webhook_is_looked_at_again_when_it_may_have_more(alice: Actor) -> None:
    webhook_id = webhook(alice, rate_limit={"requests": 2, "period": "second"})
    happen(alice, *(f"con_{number}" for number in range(20)))
    mine = desk()
    with clock.frozen(clock.now_ms()) as held:
        first = mine.turn([], PLENTY)
        assert len(first) == 4, "two seconds' worth at once"
        settle(mine, first)
        assert mine.turn([], PLENTY) == []
        held.advance(499)
        assert mine.turn([], PLENTY) == []
        held.advance(1)
        assert len(mine.turn([], PLENTY)) == 1
    counts = webhook_stats.of_webhook(alice, webhook_id)
    assert (counts["accepted"], counts["delivered"], counts["pending"]) == (20, 4, 16)


def test_only_the_first_of_each_line_is_taken_until_it_is_delivered(alice: Actor) -> None:
    webhook(alice, ordering=True)
    happen(alice, "con_a", "con_b", "con_a", "con_b", "con_a", "con_c")
    mine = desk()
    first = mine.turn([], PLENTY)
    assert about(first) == ["a", "b", "c"]
    assert mine.turn([], PLENTY) == []
    settle(mine, first[:1])
    second = mine.turn([], PLENTY)
    assert about(second) == ["a"]
    settle(mine, [*first[1:], *second])
    assert about(mine.turn([], PLENTY)) == ["b", "a"]


def test_a_line_waits_for_a_retry_and_the_others_do_not(alice: Actor) -> None:
    webhook(alice, ordering=True)
    happen(alice, "con_a", "con_a", "con_b")
    mine = desk()
    with clock.frozen(clock.now_ms()) as held:
        taken = mine.turn([], PLENTY)
        settle(mine, taken[:1], 500)
        settle(mine, taken[1:])
        happen(alice, "con_b", "con_a")
        assert about(mine.turn([], PLENTY)) == ["b"]
        held.advance(6000)
        (again,) = mine.turn([], PLENTY)
        assert (about([again]), again.delivery.attempts) == (["a"], 1)
        settle(mine, [again])
        (following,) = mine.turn([], PLENTY)
        assert following.delivery.attempts == 0


@pytest.mark.parametrize(("policy", "goes_on"), [("skip", True), ("park", False)])
def test_behind_a_dead_letter_a_line_goes_on_or_is_parked(alice: Actor, policy: str, goes_on: bool) -> None:
    webhook_id = webhook(alice, ordering={"policy": policy}, retry_schedule=[0])
    happen(alice, "con_a", "con_a")
    mine = desk()
    first = mine.turn([], PLENTY)
    settle(mine, first, 500)
    following = mine.turn([], PLENTY)
    assert bool(following) is goes_on
    if goes_on:
        return
    deliveries.replay(alice, webhook_id, first[0].delivery.id)
    again = mine.turn([], PLENTY)
    assert [one.delivery.id for one in again] == [first[0].delivery.id]
    settle(mine, again)
    assert len(mine.turn([], PLENTY)) == 1


def test_a_parked_line_goes_on_when_what_it_waits_for_is_cancelled(alice: Actor) -> None:
    webhook_id = webhook(alice, ordering={"policy": "park"}, retry_schedule=[0])
    happen(alice, "con_a", "con_a")
    mine = desk()
    first = mine.turn([], PLENTY)
    settle(mine, first, 500)
    mine.turn([], PLENTY)
    deliveries.cancel(alice, webhook_id, first[0].delivery.id)
    assert len(mine.turn([], PLENTY)) == 1


def test_after_a_crash_the_first_of_a_line_is_first_again(alice: Actor) -> None:
    webhook(alice, ordering=True)
    happen(alice, "con_a", "con_a")
    with clock.frozen(clock.now_ms()) as held:
        (lost,) = desk().turn([], PLENTY)
        held.advance(29_000)
        assert desk().turn([], PLENTY) == []
        held.advance(1_001)
        mine = desk()
        (found,) = mine.turn([], PLENTY)
        assert found.delivery.id == lost.delivery.id
        settle(mine, [found])
        assert len(mine.turn([], PLENTY)) == 1


def test_an_order_may_be_begun_and_given_up_with_deliveries_under_way(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice, "con_a", "con_a")
    webhooks.update(alice, webhook_id, WebhookChange.model_validate({"ordering": True}))
    happen(alice, "con_a", "con_a")
    assert len(desk().turn([], PLENTY)) == 3, "those of before stand in no line"


@pytest.mark.parametrize(("status", "error"), [(500, None), (429, None), (None, "timeout"), (None, "connection_reset")])
def test_what_may_have_arrived_is_not_sent_again_to_an_at_most_once_webhook(alice: Actor, status: int | None, error: str | None) -> None:
    webhook_id = webhook(alice, delivery_mode="at_most_once")
    happen(alice, "con_a")
    mine = desk()
    settle(mine, mine.turn([], PLENTY), status, error)
    assert webhook_stats.of_webhook(alice, webhook_id)["dead"] == 1


@pytest.mark.parametrize("error", ["connection_refused", "dns_failed", "egress_proxy_failed"])
def test_what_cannot_have_arrived_is_sent_again_also_to_an_at_most_once_webhook(alice: Actor, error: str) -> None:
    webhook_id = webhook(alice, delivery_mode="at_most_once")
    happen(alice, "con_a")
    mine = desk()
    settle(mine, mine.turn([], PLENTY), None, error)
    assert webhook_stats.of_webhook(alice, webhook_id)["pending"] == 1


def test_what_a_dead_worker_had_in_hand_is_a_dead_letter_of_an_at_most_once_webhook(alice: Actor) -> None:
    webhook_id = webhook(alice, delivery_mode="at_most_once")
    happen(alice, "con_a", "con_b")
    with clock.frozen(clock.now_ms()) as held:
        assert len(desk().turn([], Room(1, 1))) == 1
        held.advance(30_001)
        mine = desk()
        assert about(mine.turn([], PLENTY)) == ["b"]
    found, _ = deliveries.list_page(alice, webhook_id, {"state": "dead"}, None, 9)
    assert [(one["last_error"], one["attempts"]) for one in found] == [("outcome_unknown", 1)]


@pytest.mark.criterion("webhooks-13")
def test_an_open_breaker_spends_no_attempt_and_one_probe_decides(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice, *(f"con_{number}" for number in range(40)))
    mine = desk(0, 1, 1, 1, 1, 1)
    with clock.frozen(clock.now_ms()) as held:
        settle(mine, mine.turn([], Room(LEAST_ATTEMPTS, LEAST_ATTEMPTS)), 500)
        assert webhooks.get(alice, webhook_id)["circuit"] == "open"
        assert mine.turn([], PLENTY) == []
        held.advance(BREAKER_MS)
        assert webhooks.get(alice, webhook_id)["circuit"] == "half_open"
        probe = mine.turn([], PLENTY)
        assert (len(probe), mine.turn([], PLENTY), desk().turn([], PLENTY)) == (1, [], [])
        settle(mine, probe, None, "timeout")
        held.advance(BREAKER_MS - 1)
        assert mine.turn([], PLENTY) == []
        held.advance(1)
        settle(mine, mine.turn([], PLENTY))
        assert webhooks.get(alice, webhook_id)["circuit"] == "closed"
        assert len(mine.turn([], PLENTY)) == 39
