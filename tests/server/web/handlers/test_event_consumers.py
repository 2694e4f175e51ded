"""Polling over HTTP: nothing is lost behind a firewall, what is not acknowledged comes again, and waiting ends with the first event."""

from __future__ import annotations

import threading
import time

import pytest

from tests.api.appliance import Persona
from tests.api.client import Client, Reply
from tests.pace import PATIENCE, quickest, until
from tests.server.crm import all_seen
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
POLL = "/api/v1/events/poll"


def poll(client: Client, **query: object) -> Reply:
    until(all_seen)
    reply = client.get(POLL, query={"consumer": "warehouse", "type": "contact.*", **query})
    assert reply.status == 200, reply.body
    return reply


def names(reply: Reply) -> list[str]:
    return [event["data"]["record"]["first_name"] for event in reply.json["data"]]


@pytest.mark.criterion("webhooks-24")
def test_a_consumer_walks_through_all_events_by_acknowledging_each_batch(alice: Persona) -> None:
    for number in range(7):
        alice.client.made("contacts", first_name=f"n{number}")
    seen: list[str] = []
    reply = poll(alice.client, limit=3)
    while reply.json["data"]:
        assert len(reply.json["data"]) <= 3
        seen += names(reply)
        reply = poll(alice.client, limit=3, cursor=reply.json["cursor"])
    assert seen == [f"n{number}" for number in range(7)]
    assert not reply.json["has_more"]
    consumers = alice.client.get("/api/v1/events/consumers").json["data"]
    assert [(one["name"], one["waiting"]) for one in consumers] == [("warehouse", 0)]


@pytest.mark.criterion("webhooks-24")
def test_what_is_not_acknowledged_comes_again_also_to_another_process_of_the_receiver(alice: Persona) -> None:
    alice.client.made("contacts", first_name="one")
    first = poll(alice.client)
    assert names(first) == names(poll(alice.client)) == ["one"]
    alice.client.made("contacts", first_name="two")
    assert names(poll(alice.client, cursor=first.json["cursor"])) == ["two"]
    assert names(poll(alice.client)) == ["two"]
    # An acknowledgement that was delayed on the way takes nothing back.
    assert names(poll(alice.client, cursor=first.json["cursor"])) == ["two"]


def test_events_are_the_very_ones_that_webhooks_get(alice: Persona) -> None:
    made = alice.client.made("contacts", first_name="Ada")
    event = poll(alice.client).json["data"][0]
    assert (event["type"], event["data"]["id"]) == ("contact.created", made["id"])
    assert alice.client.get(f"/api/v1/events/{event['id']}").json == event


def test_without_a_consumer_the_caller_keeps_the_cursor(alice: Persona) -> None:
    alice.client.made("contacts", first_name="one")
    until(all_seen)
    reply = alice.client.get(POLL, query={"type": "contact.*"})
    assert names(reply) == ["one"]
    assert names(alice.client.get(POLL, query={"type": "contact.*", "cursor": reply.json["cursor"]})) == []
    assert alice.client.get("/api/v1/events/consumers").json["data"] == []


def test_waiting_ends_with_the_first_event_or_with_the_time(alice: Persona) -> None:
    assert names(poll(alice.client, wait=1)) == []
    assert 0.9 < quickest(lambda: poll(alice.client, wait=1), 3) < 3
    answers: list[Reply] = []
    waiter = threading.Thread(target=lambda: answers.append(poll(alice.client, wait=20)))
    waiter.start()
    time.sleep(0.3)
    alice.client.made("contacts", first_name="late")
    waiter.join(PATIENCE)
    assert [names(reply) for reply in answers] == [["late"]]


def test_acknowledging_needs_no_reading_and_now_skips_everything(alice: Persona) -> None:
    alice.client.made("contacts", first_name="one")
    cursor = poll(alice.client).json["cursor"]
    told = alice.client.post(POLL, {"consumer": "warehouse", "cursor": cursor})
    assert (told.status, told.json["waiting"]) == (200, 0)
    alice.client.made("contacts", first_name="two")
    assert names(poll(alice.client, cursor="now")) == []
    alice.client.made("contacts", first_name="three")
    assert names(poll(alice.client)) == ["three"]


def test_a_consumer_may_begin_now_and_be_removed(alice: Persona) -> None:
    alice.client.made("contacts", first_name="before")
    until(all_seen)
    made = alice.client.post("/api/v1/events/consumers", {"name": "warehouse", "start": "now"})
    assert (made.status, made.json["waiting"]) == (201, 0)
    assert alice.client.post("/api/v1/events/consumers", {"name": "warehouse"}).status == 409
    alice.client.made("contacts", first_name="after")
    assert names(poll(alice.client)) == ["after"]
    assert alice.client.delete(f"/api/v1/events/consumers/{made.json['id']}").status == 204
    assert names(poll(alice.client)) == ["before", "after"]


def test_another_tenant_has_consumers_of_its_own_and_cannot_use_our_cursors(alice: Persona, charlie: Persona) -> None:
    alice.client.made("contacts", first_name="ours")
    cursor = poll(alice.client).json["cursor"]
    assert names(poll(charlie.client)) == []
    assert charlie.client.get(POLL, query={"consumer": "warehouse", "cursor": cursor}).code == "invalid_cursor"
    assert charlie.client.get(f"/api/v1/events/consumers/{alice.client.get('/api/v1/events/consumers').json['data'][0]['id']}").status == 404


def test_odd_questions_are_refused(alice: Persona) -> None:
    for query in (
        {"consumer": "a b"},
        {"consumer": ""},
        {"cursor": "x"},
        {"limit": 0},
        {"limit": 201},
        {"wait": 51},
        {"type": "nothing.*"},
        {"odd": 1},
    ):
        reply = alice.client.get(POLL, query=query)
        assert reply.status == 400, (query, reply.body)
