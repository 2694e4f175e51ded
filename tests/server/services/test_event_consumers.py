"""Consumers of events: who may, how many, and what each is still owed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing
from server.services import event_consumers, events, feeds
from server.services.event_consumers import Acknowledgement, NewEventConsumer
from server.store import database


def happen(actor: Actor, count: int) -> None:
    with database.transaction():
        for number in range(count):
            events.publish(actor, "contact.created", f"con_{number}", record={"id": f"con_{number}"})


def test_a_batch_is_given_again_until_it_is_acknowledged(alice: Actor) -> None:
    happen(alice, 3)
    first = event_consumers.poll(alice, "mine", None, None, 2)
    assert (len(first["data"]), first["has_more"]) == (2, True)
    assert event_consumers.poll(alice, "mine", None, None, 2)["data"] == first["data"]
    second = event_consumers.poll(alice, "mine", first["cursor"], None, 2)
    assert [one["data"]["id"] for one in second["data"]] == ["con_2"]
    shown = event_consumers.acknowledge(alice, Acknowledgement(consumer="mine", cursor=second["cursor"]))
    assert (shown["waiting"], event_consumers.poll(alice, "mine", None, None, 2)["data"]) == (0, [])


def test_nothing_is_written_by_a_poll_that_says_nothing_new(alice: Actor) -> None:
    happen(alice, 1)
    cursor = event_consumers.poll(alice, "mine", None, None, 2)["cursor"]
    event_consumers.poll(alice, "mine", cursor, None, 2)
    before = database.row("SELECT acknowledged_at FROM event_consumers")
    for _ in range(3):
        event_consumers.poll(alice, "mine", cursor, None, 2)
    assert database.row("SELECT acknowledged_at FROM event_consumers") == before


def test_a_tenant_may_have_so_many_and_no_more(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_consumers, "MOST", 2)
    for name in ("a", "b"):
        event_consumers.create(alice, NewEventConsumer(name=name))
    with pytest.raises(Conflict):
        event_consumers.poll(alice, "c", None, None, 5)
    assert len(event_consumers.list_page(alice, None, 10)[0]) == 2


def test_a_key_without_the_scope_may_neither_poll_nor_see(alice: Actor) -> None:
    narrow = replace(alice, scopes=frozenset({"contacts:read"}))
    for act in (
        lambda: event_consumers.poll(narrow, None, None, None, 5),
        lambda: event_consumers.list_page(narrow, None, 5),
        lambda: event_consumers.create(narrow, NewEventConsumer(name="x")),
    ):
        with pytest.raises(Denied):
            act()


def test_only_events_whose_nouns_may_be_read_are_given(alice: Actor) -> None:
    happen(alice, 1)
    narrow = replace(alice, scopes=frozenset({"events:read", "deals:read"}))
    assert event_consumers.poll(narrow, None, None, None, 5)["data"] == []


def test_making_and_removing_is_in_the_audit(alice: Actor) -> None:
    made = event_consumers.create(alice, NewEventConsumer(name="mine"))
    event_consumers.remove(alice, made["id"])
    found = [row[0] for row in database.rows("SELECT action FROM audit WHERE object_id = ? ORDER BY position", (made["id"],))]
    assert found == ["event_consumer.created", "event_consumer.deleted"]
    with pytest.raises(Missing):
        event_consumers.get(alice, made["id"])


def test_a_cursor_of_another_tenant_is_refused(alice: Actor, charlie: Actor) -> None:
    with pytest.raises(Invalid):
        event_consumers.poll(charlie, None, feeds.seal(alice, (0, 1)), None, 5)
