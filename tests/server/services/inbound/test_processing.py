"""Processing after the answer: an event per message, a quarantine for what breaks, and a connector in the place of the event."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Later, Unprocessable
from server.services import inbound_messages, inbound_sources
from server.services.inbound import processing
from server.services.inbound.processing import process_due
from server.services.inbound.received import LARGEST_IN_EVENT, Message
from server.services.inbound_sources import InboundSourceChange
from server.store import database
from server.system import clock
from tests.server.services.inbound.sources import SECRET, made, put, states, told


@pytest.fixture
def connector(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Return a function that plugs a connector in for Stripe."""
    return lambda take: monkeypatch.setitem(processing.PROCESSORS, "stripe", take)


def test_a_message_becomes_an_event_with_its_payload(alice: Actor) -> None:
    source = made(alice)
    message = put(alice, source["id"], '{"id": "evt_1", "type": "charge.succeeded", "n": [1]}')
    assert process_due() == 1
    found = told(alice, "inbound.received")
    assert [(one["id"], one["record"]["payload"], one["record"]["event_type"]) for one in found] == [
        (message["id"], {"id": "evt_1", "type": "charge.succeeded", "n": [1]}, "charge.succeeded")
    ]
    assert states(source["id"]) == ["processed"]
    assert process_due() == 0


def test_a_form_is_an_object_and_repeated_names_are_lists(alice: Actor) -> None:
    source = made(alice, "twilio")
    put(alice, source["id"], "a=1&b=2&b=3", "application/x-www-form-urlencoded")
    process_due()
    assert told(alice, "inbound.received")[0]["record"]["payload"] == {"a": "1", "b": ["2", "3"]}


def test_a_large_payload_stays_out_of_the_event(alice: Actor) -> None:
    source = made(alice)
    put(alice, source["id"], json.dumps({"id": "1", "text": "x" * LARGEST_IN_EVENT}))
    process_due()
    record = told(alice, "inbound.received")[0]["record"]
    assert (record["payload"], record["payload_omitted"]) == (None, True)


def test_a_malformed_message_is_quarantined_and_processed_after_a_fix(alice: Actor, connector: Callable[[Any], None]) -> None:
    source = made(alice)
    message = put(alice, source["id"], "{broken")
    process_due()
    shown = inbound_messages.get(alice, source["id"], message["id"])
    assert (shown["state"], shown["last_error"], shown["body"]) == ("quarantined", "malformed_payload", "{broken")
    assert told(alice, "inbound.quarantined")[0]["record"]["error"] == "malformed_payload"
    connector(lambda _actor, _message: lambda: None)
    assert inbound_messages.retry(alice, source["id"], message["id"])["state"] == "pending"
    process_due()
    assert states(source["id"]) == ["processed"]
    assert inbound_sources.get(alice, source["id"])["failures"] == 0


def test_what_breaks_a_connector_is_quarantined_and_the_others_go_on(alice: Actor, connector: Callable[[Any], None]) -> None:
    source = made(alice)
    for number in range(4):
        put(alice, source["id"], f'{{"id": "{number}"}}')

    def take(actor: Actor, message: Message) -> Callable[[], None]:
        if message.payload["id"] == "0":
            raise KeyError("bug")
        if message.payload["id"] == "1":
            raise Unprocessable("Not this one.", code="unknown_field")
        if message.payload["id"] == "2":
            return lambda: database.execute("INSERT INTO tenants (id) VALUES ('x')")
        return lambda: None

    connector(take)
    process_due()
    assert states(source["id"]) == ["quarantined", "quarantined", "quarantined", "processed"]
    listed = inbound_messages.list_page(alice, source["id"], {"state": "quarantined"}, None, 10)[0]
    assert [one["last_error"] for one in listed] == ["internal_error", "unknown_field", "internal_error"]


def test_later_is_tried_again_after_a_while_and_given_up_in_the_end(
    alice: Actor, connector: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = made(alice)
    message = put(alice, source["id"])

    def take(_actor: Actor, _message: Message) -> Callable[[], None]:
        raise Later("The vendor is away.", retry_after=3)

    connector(take)
    tries, now = 0, clock.now_ms()
    while states(source["id"]) == ["pending"]:
        monkeypatch.setattr(clock, "now_ms", lambda at=now: at)
        tries += process_due()
        due = inbound_messages.get(alice, source["id"], message["id"])["next_attempt_at"]
        now = now + 3_600_000
        assert due is None or tries < processing.MOST_ATTEMPTS
    assert (tries, states(source["id"])) == (processing.MOST_ATTEMPTS, ["quarantined"])


def test_what_is_retried_while_a_worker_has_it_is_written_once(alice: Actor, connector: Callable[[Any], None]) -> None:
    source = made(alice)
    message = put(alice, source["id"])

    def take(actor: Actor, _message: Message) -> Callable[[], None]:
        database.run("UPDATE inbound_messages SET lease = 'another worker' WHERE id = ?", (message["id"],))
        return lambda: database.execute("UPDATE tenants SET timezone = 'Nowhere' WHERE id = ?", (actor.tenant_id,))

    connector(take)
    assert process_due() == 1
    assert states(source["id"]) == ["pending"]
    assert database.row("SELECT 1 FROM tenants WHERE timezone = 'Nowhere'") is None


def test_held_messages_wait_until_their_source_is_active(alice: Actor) -> None:
    source = made(alice, active=False)
    put(alice, source["id"])
    assert (process_due(), states(source["id"])) == (0, ["held"])
    inbound_sources.update(alice, source["id"], InboundSourceChange(active=True))
    assert (process_due(), states(source["id"])) == (1, ["processed"])


def test_what_a_pause_or_a_removal_has_left_over_is_held_or_discarded_when_its_turn_comes(alice: Actor) -> None:
    paused, removed = made(alice), made(alice)
    for source in (paused, removed):
        put(alice, source["id"])
    database.run("UPDATE inbound_sources SET status = 'paused' WHERE id = ?", (paused["id"],))
    database.run("UPDATE inbound_sources SET deleted_at = 1 WHERE id = ?", (removed["id"],))
    assert process_due() == 2
    assert (states(paused["id"]), states(removed["id"])) == (["held"], ["discarded"])


def test_a_secret_that_came_along_goes_no_further(alice: Actor) -> None:
    source = made(alice, "microsoft_graph")
    message = put(alice, source["id"], json.dumps({"value": [{"clientState": SECRET, "changeType": "updated"}]}))
    process_due()
    assert SECRET not in json.dumps(told(alice, "inbound.received"))
    assert SECRET not in json.dumps(inbound_messages.get(alice, source["id"], message["id"]))


@pytest.mark.parametrize(
    ("url", "state"), [("https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription", "processed"), ("https://example.com/", "quarantined")]
)
def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else(alice: Actor, monkeypatch: pytest.MonkeyPatch, url: str, state: str) -> None:
    asked: list[str] = []
    monkeypatch.setattr(processing, "fetch", asked.append)
    source = made(alice, "ses", secret=None, parameters={"topic_arn": "arn:aws:sns:x"})
    put(alice, source["id"], json.dumps({"Type": "SubscriptionConfirmation", "MessageId": "1", "SubscribeURL": url}))
    process_due()
    assert states(source["id"]) == [state]
    assert asked == ([url] if state == "processed" else [])


def test_a_worker_that_is_told_to_stop_takes_nothing_more(alice: Actor) -> None:
    source = made(alice)
    put(alice, source["id"])
    assert process_due(lambda: True) == 0
    assert states(source["id"]) == ["pending"]
