"""Messages: one per event id of a source, taken by one worker at a time, and written only by who has them."""

from __future__ import annotations

import threading
from typing import Any

from server.domain.actor import Actor
from server.store import database, inbound_messages


def row(message_id: str, source_id: str = "src_1", **fields: Any) -> dict[str, Any]:
    found = {"id": message_id, "source_id": source_id, "provider": "stripe", "state": "pending", "method": "POST", "target": "/", "headers": "{}"}
    return {**found, "body": b"b", "size": 1, "received_at": 1, "due_at": 1, "attempts": 0, **fields}


def insert(actor: Actor, message_id: str, source_id: str = "src_1", **fields: Any) -> bool:
    with database.transaction():
        return inbound_messages.insert(actor.tenant_id, actor.mode, row(message_id, source_id, **fields))


def taken(lease: str, now: int, until: int, limit: int = 10) -> list[str]:
    with database.transaction():
        return [one.id for one in inbound_messages.take(lease, now, until, limit)]


def test_an_event_id_is_kept_once_per_source_and_none_as_often_as_it_comes(alice: Actor) -> None:
    assert insert(alice, "inm_1", event_id="e")
    assert not insert(alice, "inm_2", event_id="e")
    assert insert(alice, "inm_3", "src_2", event_id="e")
    assert insert(alice, "inm_4", event_id=None)
    assert insert(alice, "inm_5", event_id=None)
    assert inbound_messages.counts(alice.tenant_id, alice.mode, "src_1")["pending"] == 3


def test_two_at_once_keep_one(alice: Actor) -> None:
    kept: list[bool] = []

    def keep(number: int) -> None:
        kept.append(insert(alice, f"inm_{number}", event_id="same"))
        database.close()

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [False] * 5 + [True]


def test_what_one_worker_has_no_other_takes_until_the_lease_ends(alice: Actor) -> None:
    for number in range(3):
        insert(alice, f"inm_{number}", due_at=number)
    assert inbound_messages.any_due(5)
    assert taken("a", 5, 100, 2) == ["inm_0", "inm_1"]
    assert taken("b", 5, 100) == ["inm_2"]
    assert not inbound_messages.any_due(5)
    assert taken("b", 101, 200) == ["inm_0", "inm_1", "inm_2"]


def test_only_who_has_a_message_writes_how_it_ended(alice: Actor) -> None:
    insert(alice, "inm_1")
    taken("a", 5, 100)
    with database.transaction():
        assert not inbound_messages.settle("inm_1", "b", "processed", None, 6)
        inbound_messages.postpone("inm_1", "b", ("x", "y"), 50)
        assert inbound_messages.settle("inm_1", "a", "quarantined", ("malformed_payload", "No JSON."), 6)
        assert not inbound_messages.settle("inm_1", "a", "processed", None, 6)
    found = inbound_messages.find(alice.tenant_id, alice.mode, "src_1", "inm_1")
    assert found is not None
    assert (found["state"], found["last_error"], found["finished_at"], found["lease"]) == ("quarantined", "malformed_payload", 6, None)


def test_a_retry_makes_it_due_and_a_discard_ends_it(alice: Actor, charlie: Actor) -> None:
    insert(alice, "inm_1", state="quarantined", finished_at=3)
    with database.transaction():
        assert not inbound_messages.change(charlie.tenant_id, charlie.mode, "inm_1", "quarantined", "pending", 9)
        assert inbound_messages.change(alice.tenant_id, alice.mode, "inm_1", "quarantined", "pending", 9)
        assert inbound_messages.change_some(alice.tenant_id, alice.mode, "src_1", "pending", "discarded", 10, 5) == 1
    found = inbound_messages.find(alice.tenant_id, alice.mode, "src_1", "inm_1")
    assert found is not None
    assert (found["state"], found["due_at"], found["finished_at"]) == ("discarded", 10, 10)


def test_pages_are_filtered_and_the_newest_comes_first(alice: Actor) -> None:
    for number in range(4):
        insert(alice, f"inm_{number}", event_type="a" if number % 2 else "b", received_at=number, state="pending" if number else "quarantined")
    place = (alice.tenant_id, alice.mode, "src_1")

    def ids_of(filters: dict[str, Any], before: str = "") -> list[str]:
        return [one["id"] for one in inbound_messages.page(*place, filters, before, 10)]

    assert ids_of({}) == ["inm_3", "inm_2", "inm_1", "inm_0"]
    assert ids_of({}, "inm_2") == ["inm_1", "inm_0"]
    assert (ids_of({"event_type": "a"}), ids_of({"state": "quarantined"}), ids_of({"since": 3})) == (["inm_3", "inm_1"], ["inm_0"], ["inm_3"])


def test_what_no_pause_holds_any_more_is_released(alice: Actor) -> None:
    insert(alice, "inm_1", state="held")
    with database.transaction():
        assert inbound_messages.release_stranded(5, 10) == 0
