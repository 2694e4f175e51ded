"""What a tenant sees of its deliveries, and sending again."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Unprocessable
from server.domain.events import catalogue
from server.services import deliveries, events, feeds, samples, webhooks
from server.services.deliveries import SampleSend
from server.services.dispatch import Desk, Room
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import database
from server.system import clock
from tests.server.services.test_dispatch import PLENTY, done

SENT = Room(0, 0)


def webhook(actor: Actor) -> str:
    return str(webhooks.create(actor, NewWebhook(name="Orders", url="http://127.0.0.1:9/", events=["contact.*"]), most=10)["id"])


def happen(actor: Actor, count: int = 1, event_type: str = "contact.created") -> None:
    with database.transaction():
        for number in range(count):
            events.publish(actor, event_type, f"con_{number}", record={"n": number})


def desk(schedule: tuple[float, ...] = (0, 5)) -> Desk:
    return Desk(lease_ms=30_000, schedule=schedule)


def send(mine: Desk, status: int = 200) -> int:
    taken = mine.turn([], PLENTY)
    mine.turn([done(one, status) for one in taken], SENT)
    return len(taken)


def listed(actor: Actor, webhook_id: str, **filters: Any) -> list[dict[str, Any]]:
    return deliveries.list_page(actor, webhook_id, filters, None, 50)[0]


def test_deliveries_are_listed_newest_first_by_state_type_and_moment(alice: Actor) -> None:
    webhook_id = webhook(alice)
    with clock.frozen(1_000_000) as held:
        for event_type in ("contact.created", "contact.updated", "contact.created"):
            happen(alice, event_type=event_type)
            held.advance(10)
        mine = desk()
        taken = mine.turn([], Room(1, 1))
        mine.turn([done(taken[0])], SENT)
    found = listed(alice, webhook_id)
    assert [one["created_at"] for one in found] == sorted((one["created_at"] for one in found), reverse=True)
    assert len(found) == 3
    assert [one["state"] for one in listed(alice, webhook_id, state="delivered")] == ["delivered"]
    assert len(listed(alice, webhook_id, event_type="contact.updated")) == 1
    assert len(listed(alice, webhook_id, since=1_000_015)) == 1
    with pytest.raises(Invalid):
        listed(alice, webhook_id, state="lost")


def test_a_list_of_deliveries_goes_on_over_all_states(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice, 3)
    send(mine)
    happen(alice, 4)
    first, cursor = deliveries.list_page(alice, webhook_id, {}, None, 4)
    second, end = deliveries.list_page(alice, webhook_id, {}, cursor, 4)
    assert len({one["id"] for one in first + second}) == 7
    assert end is None


def test_the_deliveries_of_all_webhooks_are_one_list_that_one_webhook_may_be_chosen_of(alice: Actor) -> None:
    webhook_ids = [webhook(alice) for _ in range(3)]
    happen(alice, 2)
    first, cursor = deliveries.list_of_all(alice, {}, None, 4)
    webhook(alice)
    second, end = deliveries.list_of_all(alice, {}, cursor, 4)
    whole = [one["id"] for one in first + second]
    assert whole == sorted(whole, reverse=True)
    assert {one["webhook_id"] for one in first + second} == set(webhook_ids)
    assert (len(set(whole)), end) == (6, None)
    assert deliveries.list_of_all(alice, {"webhook_id": webhook_ids[0]}, None, 4)[0] == listed(alice, webhook_ids[0])
    send(desk(()), 500)
    assert len(deliveries.list_of_all(alice, {"state": "dead"}, None, 50)[0]) == 6
    with pytest.raises(Missing):
        deliveries.list_of_all(alice, {"webhook_id": "whk_of_nobody"}, None, 4)


def test_a_dead_delivery_sent_again_keeps_its_row_and_its_id_and_goes_on_counting(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    happen(alice)
    send(mine, 500)
    [dead] = listed(alice, webhook_id)
    assert dead["state"] == "dead"
    again = deliveries.replay(alice, webhook_id, dead["id"])
    assert (again["id"], again["event_id"], again["state"]) == (dead["id"], dead["event_id"], "pending")
    assert send(mine) == 1
    [now] = listed(alice, webhook_id)
    attempts, _ = deliveries.list_attempts(alice, webhook_id, dead["id"], None, 50)
    assert now["state"] == "delivered"
    assert [one["number"] for one in attempts] == [1, 2]
    assert {one["request"]["headers"]["webhook-id"] for one in attempts} == {dead["event_id"]}


def test_a_replayed_delivery_has_as_many_attempts_as_a_new_one(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0, 5))
    with clock.frozen(clock.now_ms()) as held:
        happen(alice)
        for _ in range(2):
            send(mine, 500)
            held.advance(10_000)
        [dead] = listed(alice, webhook_id)
        deliveries.replay(alice, webhook_id, dead["id"])
        send(mine, 500)
        assert listed(alice, webhook_id)[0]["state"] == "pending"
        held.advance(10_000)
        send(mine, 500)
        assert (listed(alice, webhook_id)[0]["state"], listed(alice, webhook_id)[0]["attempts"]) == ("dead", 4)


def test_a_delivery_in_hand_is_not_sent_twice_by_a_replay(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice)
    taken = mine.turn([], PLENTY)
    deliveries.replay(alice, webhook_id, taken[0].delivery.id)
    assert desk().turn([], PLENTY) == []


def test_a_replay_to_a_paused_webhook_is_held(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice)
    send(mine)
    webhooks.update(alice, webhook_id, WebhookChange(active=False))
    [sent] = listed(alice, webhook_id)
    assert deliveries.replay(alice, webhook_id, sent["id"])["state"] == "held"


def test_what_retention_removed_cannot_be_sent_again(alice: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    send(desk())
    database.run("DELETE FROM events WHERE type = 'contact.created'")
    [sent] = listed(alice, webhook_id)
    with pytest.raises(Conflict):
        deliveries.replay(alice, webhook_id, sent["id"])


def test_a_sample_goes_to_one_webhook_alone_the_way_every_delivery_goes(alice: Actor) -> None:
    webhook_id, other = webhook(alice), webhook(alice)
    sent = deliveries.send_test(alice, webhook_id, SampleSend(event_type="deal.created"))
    assert (sent["state"], sent["event_type"]) == ("pending", "deal.created")
    [taken] = desk().turn([], PLENTY)
    body = orjson.loads(taken.body)
    assert (body["type"], body["test"], body["data"]["record"]["name"]) == ("deal.created", True, "Second engine")
    assert listed(alice, other) == []
    assert feeds.list_page(alice, "deal.*", 0, None, 9)[0] == []


def test_a_sample_is_of_one_type_and_to_an_active_webhook(alice: Actor) -> None:
    webhook_id = webhook(alice)
    for wrong in ("contact.*", "contract.signed"):
        with pytest.raises(Unprocessable):
            deliveries.send_test(alice, webhook_id, SampleSend(event_type=wrong))
    webhooks.set_status(alice, webhook_id, "disabled")
    with pytest.raises(Conflict):
        deliveries.send_test(alice, webhook_id, SampleSend())


def test_nobody_else_sees_or_sends(alice: Actor, bob: Actor, charlie: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    [delivery] = listed(alice, webhook_id)
    assert deliveries.get(bob, webhook_id, delivery["id"]) == delivery, "a viewer may look"
    with pytest.raises(Denied):
        deliveries.replay(bob, webhook_id, delivery["id"])
    for stranger in (charlie, replace(alice, mode="test")):
        with pytest.raises(Missing):
            deliveries.get(stranger, webhook_id, delivery["id"])
        with pytest.raises(Missing):
            listed(stranger, webhook_id)
    with pytest.raises(Missing):
        deliveries.get(alice, webhook(alice), delivery["id"])


@pytest.mark.criterion("webhooks-24")
def test_a_sample_of_every_type_there_is_can_be_sent(alice: Actor) -> None:
    webhook_id = webhook(alice)
    for event_type in catalogue():
        deliveries.send_test(alice, webhook_id, SampleSend(event_type=event_type))
    sent = [orjson.loads(one.body) for one in desk().turn([], Room(1000, 1000, of_fast=1000, of_slow=1000))]
    assert sorted(one["type"] for one in sent) == sorted(catalogue())
    assert all(one["test"] and one["data"] == samples.details(one["type"]) for one in sent)


def test_what_is_owed_can_be_given_up_but_not_what_has_ended_or_is_under_way(alice: Actor, bob: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    happen(alice, 3)
    taken = mine.turn([], Room(2, 2))
    waiting = next(one["id"] for one in listed(alice, webhook_id) if one["id"] not in {work.delivery.id for work in taken})
    with pytest.raises(Denied):
        deliveries.cancel(bob, webhook_id, waiting)
    assert deliveries.cancel(alice, webhook_id, waiting)["state"] == "cancelled"
    with pytest.raises(Conflict):
        deliveries.cancel(alice, webhook_id, taken[0].delivery.id)
    mine.turn([done(taken[0], 500), done(taken[1])], SENT)
    assert deliveries.cancel(alice, webhook_id, taken[0].delivery.id)["state"] == "cancelled", "a dead letter"
    for ended in (taken[1].delivery.id, waiting):
        with pytest.raises(Conflict):
            deliveries.cancel(alice, webhook_id, ended)


@pytest.mark.criterion("webhooks-23")
def test_an_attempt_can_be_copied_as_a_command(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk()
    happen(alice)
    send(mine)
    [attempt], _ = deliveries.list_attempts(alice, webhook_id, listed(alice, webhook_id)[0]["id"], None, 9)
    words = shlex.split(attempt["curl"])
    assert words[:5] == ["curl", "--request", "POST", "--url", "http://127.0.0.1:9/"]
    assert words[-2:] == ["--data-binary", attempt["request"]["body"]]
    assert f"webhook-id: {orjson.loads(attempt['request']['body'])['id']}" in words
