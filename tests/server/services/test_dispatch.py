"""Taking and settling: what each end of an attempt means for a delivery and its webhook, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.redaction import MASK
from server.outbound.posting import Reply
from server.services import deliveries, dispatch, events, webhook_stats, webhooks
from server.services.concluding import Done, Work, concluded
from server.services.dispatch import Desk, Room
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import attempts, database
from server.store import deliveries as stored
from server.system import clock, metrics

SCHEDULE = (0, 5, 300)
PLENTY = Room(1000, 1000)


def webhook(actor: Actor, *patterns: str, name: str = "Orders") -> str:
    body = NewWebhook(name=name, url="http://127.0.0.1:9/hooks", events=list(patterns) or ["contact.*"])
    return str(webhooks.create(actor, body, most=100)["id"])


def happen(actor: Actor, count: int = 1, event_type: str = "contact.created") -> list[str]:
    with database.transaction():
        return [events.publish(actor, event_type, f"con_{number}", record={"n": number}) for number in range(count)]


def desk() -> Desk:
    return Desk(lease_ms=30_000, schedule=SCHEDULE)


def done(work: Work, status: int | None = 200, error: str | None = None, total_ms: float = 1.0, **more: Any) -> Done:
    headers = work.receiver.sign(work.delivery.event_id, clock.now_ms() // 1000, work.body)
    return concluded(work, clock.now_ms(), headers, Reply(status, error, error and "why", total_ms, **more))


def only(actor: Actor, webhook_id: str) -> dict[str, Any]:
    found, _ = deliveries.list_page(actor, webhook_id, {}, None, 50)
    assert len(found) == 1
    return found[0]


def try_once(mine: Desk, status: int | None = 200, error: str | None = None, **more: Any) -> None:
    mine.turn([done(one, status, error, **more) for one in mine.turn([], PLENTY)], Room(0, 0))


def test_a_delivery_is_taken_once_and_holds_exactly_the_events_body(alice: Actor) -> None:
    webhook_id = webhook(alice)
    event_id = happen(alice)[0]
    taken = desk().turn([], PLENTY)
    assert [(one.receiver.id, one.delivery.event_id) for one in taken] == [(webhook_id, event_id)]
    assert orjson.loads(taken[0].body)["id"] == event_id
    assert desk().turn([], PLENTY) == []


def test_what_a_dead_taker_held_is_due_again_after_its_lease(alice: Actor) -> None:
    webhook(alice)
    happen(alice)
    desk().turn([], PLENTY)
    with clock.frozen(clock.now_ms() + 29_000):
        assert desk().turn([], PLENTY) == []
    with clock.frozen(clock.now_ms() + 30_001):
        assert len(desk().turn([], PLENTY)) == 1


def test_a_success_is_written_with_its_attempt(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    try_once(desk(), body=b"thanks", headers={"Set-Cookie": "a=b", "X-Answer": "yes"}, timings={"first_byte_ms": 0.6}, address="127.0.0.1")
    delivery = only(alice, webhook_id)
    assert (delivery["state"], delivery["attempts"], delivery["last_status"], delivery["next_attempt_at"]) == ("delivered", 1, 200, None)
    [attempt], _ = deliveries.list_attempts(alice, webhook_id, delivery["id"], None, 50)
    assert (attempt["number"], attempt["status"], attempt["timings"], attempt["address"]) == (1, 200, {"first_byte_ms": 0.6}, "127.0.0.1")
    assert attempt["response"] == {"headers": {"Set-Cookie": MASK, "X-Answer": "yes"}, "body": "thanks"}
    assert orjson.loads(attempt["request"]["body"])["id"] == attempt["request"]["headers"]["webhook-id"]


def test_failures_go_by_the_schedule_until_the_delivery_is_dead(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    with clock.frozen(clock.now_ms()) as held:
        happen(alice)
        for number, wait in enumerate((5, 300), 1):
            try_once(mine, 500)
            delivery = only(alice, webhook_id)
            due = clock.parse_rfc3339(delivery["next_attempt_at"]) - clock.now_ms()
            assert (delivery["state"], delivery["attempts"], delivery["last_error"]) == ("pending", number, "status_500")
            assert wait * 1000 <= due <= wait * 1200
            held.advance(due)
        try_once(mine, None, "timeout")
    delivery = only(alice, webhook_id)
    assert (delivery["state"], delivery["attempts"], delivery["last_error"]) == ("dead", 3, "timeout")
    assert [one["number"] for one in deliveries.list_attempts(alice, webhook_id, delivery["id"], None, 50)[0]] == [1, 2, 3]


def test_a_receiver_that_names_a_time_is_waited_for(alice: Actor) -> None:
    webhook_id = webhook(alice)
    with clock.frozen(clock.now_ms()):
        happen(alice, 2)
        try_once(desk(), 429, retry_after="120")
        due = clock.parse_rfc3339(deliveries.list_page(alice, webhook_id, {}, None, 1)[0][0]["next_attempt_at"]) - clock.now_ms()
        assert due >= 120_000


REACTIONS = {
    **dict.fromkeys(range(200, 300), ("delivered", "active", False)),
    **dict.fromkeys(range(300, 600), ("pending", "active", False)),
    **dict.fromkeys((429, 502, 504), ("pending", "active", True)),
    410: ("dead", "disabled", False),
}


@pytest.mark.criterion("webhooks-12")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_status_has_its_one_reaction(alice: Actor) -> None:
    for status, reaction in REACTIONS.items():
        webhook_id = webhook(alice)
        happen(alice)
        try_once(desk(), status)
        row = database.row("SELECT status, parked_until FROM webhooks WHERE id = ?", (webhook_id,))
        assert row
        assert (only(alice, webhook_id)["state"], row[0], row[1] is not None) == reaction, status
        webhooks.remove(alice, webhook_id)


@pytest.mark.criterion("webhooks-12")
@pytest.mark.parametrize(("asked", "waits"), [(1, 5), (60, 60), (7200, 7200), (10 * 86400, 86400)])
@pytest.mark.parametrize("as_date", [False, True])
def test_a_hint_is_honoured_where_it_is_longer_up_to_a_day(alice: Actor, asked: int, waits: int, as_date: bool) -> None:
    webhook_id = webhook(alice)
    with clock.frozen(1_800_000_000_000):
        happen(alice)
        moment = datetime.fromtimestamp(clock.now_ms() / 1000 + asked, UTC)
        try_once(desk(), 503, retry_after=format_datetime(moment, usegmt=True) if as_date else str(asked))
        due = clock.parse_rfc3339(only(alice, webhook_id)["next_attempt_at"]) - clock.now_ms()
        assert waits * 1000 <= due <= waits * 1200


def test_an_overloaded_receiver_parks_its_whole_webhook(alice: Actor) -> None:
    webhook(alice)
    mine, now = desk(), clock.now_ms()
    with clock.frozen(now):
        happen(alice, 2)
        first = mine.turn([], Room(1, 1))
        mine.turn([done(first[0], 503, None)], Room(0, 0))
        assert len(mine.turn([], Room(1, 1))) == 1, "503 says something of one request"
    with clock.frozen(now + 60_000):
        happen(alice)
        again = mine.turn([], Room(1, 1))
        mine.turn([done(again[0], 429, None, retry_after="100")], Room(0, 0))
        assert mine.turn([], PLENTY) == [], "429 says something of the receiver"
    with clock.frozen(now + 60_000 + 121_000):
        assert mine.turn([], PLENTY) != []


@pytest.mark.criterion("webhooks-12", "webhooks-13", "webhooks-14")
def test_gone_disables_the_webhook_and_holds_what_it_is_owed(alice: Actor) -> None:
    webhook_id, watcher = webhook(alice), webhook(alice, "webhook.disabled", name="Watcher")
    happen(alice, 3)
    mine = desk()
    taken = mine.turn([], Room(1, 1))
    mine.turn([done(taken[0], 410)], Room(0, 0))
    assert webhooks.get(alice, webhook_id)["status"] == "disabled"
    counts = webhook_stats.of_webhook(alice, webhook_id)
    assert (counts["accepted"], counts["dead"], counts["held"]) == (3, 1, 2)
    assert only(alice, watcher)["event_type"] == "webhook.disabled"


@pytest.mark.criterion("webhooks-12")
def test_a_fault_of_our_own_costs_no_attempt(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    try_once(desk(), None, "egress_proxy_failed")
    delivery = only(alice, webhook_id)
    assert (delivery["state"], delivery["attempts"], delivery["last_error"]) == ("pending", 0, "egress_proxy_failed")
    assert webhooks.get(alice, webhook_id)["failure_count"] == 0


@pytest.mark.parametrize(
    ("statuses", "failures"), [([500, 500], 2), ([200, 500], 1), ([500, 200], 0), ([500, 200, 500, 500], 2), ([200, 500, 200], 0)]
)
def test_failures_are_counted_since_the_last_success_in_the_order_of_the_results(alice: Actor, statuses: list[int], failures: int) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice, len(statuses) + 1)
    taken = mine.turn([], PLENTY)
    mine.turn([done(taken[-1], 500)], Room(0, 0))
    mine.turn([done(one, status) for one, status in zip(taken, statuses, strict=False)], Room(0, 0))
    expected = failures if 200 in statuses else failures + 1
    assert webhooks.get(alice, webhook_id)["failure_count"] == expected
    row = database.row("SELECT first_failure_at FROM webhooks WHERE id = ?", (webhook_id,))
    assert row is not None
    assert (row[0] is None) == (expected == 0)


def test_a_result_that_comes_after_the_lease_was_lost_changes_nothing(alice: Actor) -> None:
    webhook_id, first, second = webhook(alice), desk(), desk()
    happen(alice)
    late = first.turn([], PLENTY)
    with clock.frozen(clock.now_ms() + 31_000):
        again = second.turn([], PLENTY)
        first.turn([done(late[0], 500)], Room(0, 0))
        assert only(alice, webhook_id)["state"] == "pending"
        second.turn([done(again[0], 200)], Room(0, 0))
    assert only(alice, webhook_id)["state"] == "delivered"


def test_a_renewed_lease_is_not_taken_by_another(alice: Actor) -> None:
    webhook(alice)
    happen(alice)
    mine = desk()
    taken = mine.turn([], PLENTY)
    with clock.frozen(clock.now_ms() + 20_000):
        mine.renew(taken)
    with clock.frozen(clock.now_ms() + 40_000):
        assert desk().turn([], PLENTY) == []


def test_what_is_given_back_is_due_at_once(alice: Actor) -> None:
    webhook(alice)
    happen(alice, 2)
    mine = desk()
    mine.give_back(mine.turn([], PLENTY))
    assert len(desk().turn([], PLENTY)) == 2


def test_a_delivery_whose_event_is_gone_is_dead_with_a_reason(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    database.run("DELETE FROM events WHERE type = 'contact.created'")
    assert desk().turn([], PLENTY) == []
    delivery = only(alice, webhook_id)
    assert (delivery["state"], delivery["last_error"]) == ("dead", "event_gone")


def test_a_paused_webhook_holds_and_an_active_one_gets_everything(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice, 3)
    webhooks.update(alice, webhook_id, WebhookChange(active=False))
    assert webhook_stats.of_webhook(alice, webhook_id)["held"] == 3
    happen(alice)
    assert desk().turn([], PLENTY) == []
    webhooks.update(alice, webhook_id, WebhookChange(active=True))
    assert len(desk().turn([], PLENTY)) == 4


def test_what_was_in_hand_when_its_webhook_was_paused_is_held_afterwards(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice, 2)
    taken = mine.turn([], PLENTY)
    assert mine.still_open({webhook_id: taken[0].receiver.version}) == {webhook_id}
    webhooks.update(alice, webhook_id, WebhookChange(active=False))
    assert mine.still_open({webhook_id: taken[0].receiver.version}) == set()
    mine.give_back(taken)
    mine.turn([], PLENTY)
    assert webhook_stats.of_webhook(alice, webhook_id)["held"] == 2


def test_what_a_dead_taker_held_of_a_paused_webhook_is_held_after_its_lease(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    desk().turn([], PLENTY)
    webhooks.update(alice, webhook_id, WebhookChange(active=False))
    with clock.frozen(clock.now_ms() + 31_000):
        desk().turn([], PLENTY)
    assert webhook_stats.of_webhook(alice, webhook_id)["held"] == 1


def test_a_removed_webhook_is_owed_nothing(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice, 2)
    desk().turn([], Room(1, 1))
    webhooks.remove(alice, webhook_id)
    states = dict(database.rows("SELECT state, COUNT(*) FROM deliveries WHERE webhook_id = ? GROUP BY state", (webhook_id,)))
    assert states == {"cancelled": 2}


def test_a_delivery_that_was_written_while_its_webhook_was_removed_is_cancelled(alice: Actor) -> None:
    webhook_id = webhook(alice)
    webhooks.remove(alice, webhook_id)
    with database.transaction():
        stored.insert(alice.tenant_id, alice.mode, [("dlv_late", webhook_id, "pending", None)], ("evt_late", "contact.created"), clock.now_ms())
        stored.insert(alice.tenant_id, alice.mode, [("dlv_held", webhook_id, "held", None)], ("evt_held", "contact.created"), clock.now_ms())
    desk().turn([], PLENTY)
    dispatch.release_stranded()
    assert {row[0] for row in database.rows("SELECT state FROM deliveries WHERE webhook_id = ?", (webhook_id,))} == {"cancelled"}


def test_what_an_active_webhook_still_holds_is_released(alice: Actor) -> None:
    webhook_id = webhook(alice)
    with database.transaction():
        stored.insert(alice.tenant_id, alice.mode, [("dlv_1", webhook_id, "held", None)], ("evt_1", "contact.created"), clock.now_ms())
    assert dispatch.release_stranded() == 1
    assert webhook_stats.of_webhook(alice, webhook_id)["pending"] == 1
    assert dispatch.release_stranded() == 0


def test_a_changed_webhook_is_posted_to_as_it_is_now(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice, 2)
    old = mine.turn([], Room(1, 1))[0]
    webhooks.update(alice, webhook_id, WebhookChange(url="http://127.0.0.1:10/new"))
    assert mine.still_open({webhook_id: old.receiver.version}) == set()
    assert mine.turn([], Room(1, 1))[0].receiver.url == "http://127.0.0.1:10/new"


def test_with_little_room_every_webhook_has_its_turn(alice: Actor) -> None:
    ids = {webhook(alice, name=f"W{number}") for number in range(4)}
    happen(alice, 3)
    mine = desk()
    assert {mine.turn([], Room(1, 0))[0].receiver.id for _ in range(4)} == ids


def test_slow_webhooks_leave_the_room_of_the_others_alone(alice: Actor) -> None:
    slow, quick = webhook(alice, name="Slow"), webhook(alice, name="Quick")
    happen(alice, 5)
    taken = desk().turn([], Room(fast=3, slow=2, slow_ones=frozenset({slow})))
    assert sorted(one.receiver.id for one in taken) == sorted([slow] * 2 + [quick] * 3)


def test_an_attempt_is_told_only_to_those_who_asked_for_it_by_name_and_never_about_their_own(alice: Actor) -> None:
    webhook(alice)
    everything = webhook(alice, "*", name="All")
    happen(alice)
    mine = desk()
    try_once(mine)
    assert {one["event_type"] for one in deliveries.list_page(alice, everything, {}, None, 50)[0]} == {"contact.created"}
    listener = webhook(alice, "webhook.triggered", "webhook.attempt_failed", name="Listener")
    other = webhook(alice, "webhook.triggered", "webhook.attempt_failed", name="Other")
    happen(alice)
    later = desk()
    for _ in range(4):
        try_once(later)
    told = [one["event_type"] for one in deliveries.list_page(alice, listener, {}, None, 50)[0]]
    # The contact went to two webhooks, and the making of the two listeners to the one that gets everything.
    assert told == ["webhook.triggered"] * 4, "none for what the two listeners were told themselves"
    assert len(deliveries.list_page(alice, other, {}, None, 50)[0]) == 4


def test_the_attempt_log_masks_what_a_tenant_put_into_the_headers(alice: Actor) -> None:
    body = NewWebhook(name="Orders", url="http://127.0.0.1:9/", events=["contact.*"], headers={"Authorization": "Bearer very-secret", "X-Shop": "7"})
    webhook_id = str(webhooks.create(alice, body, most=10)["id"])
    happen(alice)
    mine = desk()
    taken = mine.turn([], PLENTY)
    assert taken[0].receiver.headers["Authorization"] == "Bearer very-secret"
    mine.turn([done(taken[0])], Room(0, 0))
    [row] = attempts.of_delivery(alice.tenant_id, alice.mode, webhook_id, taken[0].delivery.id, 0, 9)
    assert "very-secret" not in row["request"]
    assert orjson.loads(row["request"])["headers"]["X-Shop"] == MASK


@pytest.mark.criterion("webhooks-25")
def test_attempts_are_counted_by_webhook(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice, 3)
    mine = desk()
    taken = mine.turn([], PLENTY)
    mine.turn([done(taken[0]), done(taken[1]), done(taken[2], 500)], Room(0, 0))
    kept = metrics.WEBHOOK_ATTEMPTS.kept
    assert (kept[webhook_id, "delivered"], kept[webhook_id, "failed"]) == ([2.0], [1.0])
    assert f'junction_webhook_attempts_total{{outcome="delivered",webhook="{webhook_id}"}} 2.0' in metrics.render().decode()


def test_a_webhook_that_cannot_be_made_ready_keeps_nobody_else_waiting(alice: Actor) -> None:
    broken, well = webhook(alice), webhook(alice)
    database.execute("UPDATE webhooks SET secrets = ? WHERE id = ?", (b"broken", broken))
    happen(alice)
    assert [one.receiver.id for one in desk().turn([], PLENTY)] == [well]
    assert webhooks.get(alice, well)["parked_until"] is None
    row = database.row("SELECT parked_until FROM webhooks WHERE id = ?", (broken,))
    assert row
    assert row[0] > clock.now_ms()
