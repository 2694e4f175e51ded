"""Messages as a tenant sees them: what came, why it waits, and retrying or discarding it."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing
from server.services import inbound_messages
from server.services.inbound.processing import process_due
from tests.server.services.inbound.sources import made, put, states


def test_a_message_is_shown_with_its_headers_masked(alice: Actor) -> None:
    source = made(alice)
    message = put(alice, source["id"], '{"id": "1"}', Authorization="Bearer abcdefghijkl", X_Topic="orders")
    shown = inbound_messages.get(alice, source["id"], message["id"])
    assert shown["headers"] == {"content-type": "application/json", "authorization": "Bearer [redacted]", "x-topic": "orders"}
    assert (shown["body"], shown["body_encoding"], shown["size"]) == ('{"id": "1"}', "text", 11)


def test_what_was_put_in_twice_is_a_conflict(alice: Actor) -> None:
    source = made(alice)
    put(alice, source["id"])
    with pytest.raises(Conflict):
        put(alice, source["id"])


def test_counts_add_up(alice: Actor) -> None:
    source = made(alice)
    for number in range(3):
        put(alice, source["id"], f'{{"id": "{number}"}}')
    put(alice, source["id"], "{broken")
    process_due()
    put(alice, source["id"], '{"id": "late"}')
    found = inbound_messages.stats(alice, source["id"])
    assert {name: found[name] for name in ("accepted", "pending", "held", "processed", "quarantined", "discarded")} == {
        "accepted": 5,
        "pending": 1,
        "held": 0,
        "processed": 3,
        "quarantined": 1,
        "discarded": 0,
    }


def test_a_whole_quarantine_is_retried_or_discarded(alice: Actor) -> None:
    source = made(alice)
    for number in range(3):
        put(alice, source["id"], f"{{broken {number}")
    process_due()
    assert inbound_messages.retry_all(alice, source["id"]) == {"count": 3}
    assert states(source["id"]) == ["pending"] * 3
    process_due()
    assert inbound_messages.discard_all(alice, source["id"]) == {"count": 3}
    assert states(source["id"]) == ["discarded"] * 3


def test_only_what_is_quarantined_can_be_retried_or_discarded(alice: Actor) -> None:
    source = made(alice)
    message = put(alice, source["id"])
    for act in (inbound_messages.retry, inbound_messages.discard):
        with pytest.raises(Conflict) as refused:
            act(alice, source["id"], message["id"])
        assert refused.value.stable_code == "not_quarantined"


def test_pages_and_filters(alice: Actor) -> None:
    source = made(alice)
    ids = [put(alice, source["id"], f'{{"id": "{number}", "type": "t{number % 2}"}}')["id"] for number in range(5)]
    first, cursor = inbound_messages.list_page(alice, source["id"], {}, None, 3)
    rest, end = inbound_messages.list_page(alice, source["id"], {}, cursor, 3)
    assert [one["id"] for one in (*first, *rest)] == sorted(ids, reverse=True)
    assert end is None
    assert [one["id"] for one in inbound_messages.list_page(alice, source["id"], {"event_type": "t1"}, None, 9)[0]] == sorted(
        (ids[1], ids[3]), reverse=True
    )
    with pytest.raises(Invalid):
        inbound_messages.list_page(alice, source["id"], {"state": "lost"}, None, 9)


def test_others_may_not(alice: Actor, bob: Actor, charlie: Actor) -> None:
    source = made(alice)
    message = put(alice, source["id"])
    other = made(alice)
    for act in (
        lambda: inbound_messages.get(charlie, source["id"], message["id"]),
        lambda: inbound_messages.get(alice, other["id"], message["id"]),
        lambda: inbound_messages.list_page(charlie, source["id"], {}, None, 5),
        lambda: inbound_messages.stats(charlie, source["id"]),
        lambda: put(charlie, source["id"]),
    ):
        with pytest.raises(Missing):
            act()
    for change in (inbound_messages.retry, inbound_messages.discard):
        with pytest.raises(Denied):
            change(bob, source["id"], message["id"])
    assert inbound_messages.get(bob, source["id"], message["id"])["id"] == message["id"]
