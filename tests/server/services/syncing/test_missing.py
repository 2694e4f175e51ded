"""A change that was found by reading is missed where the vendor tells of its resource otherwise, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services.syncing import missing
from server.store import database, inbound_sources, sync_states
from server.store.sync_states import State
from server.system import clock

PLACE_ID = "ins_1"


def missed_at(actor: Actor, *, told: bool, seen_ago_ms: int | None) -> int | None:
    """Return when a change was missed, of a source that has heard something so long ago."""
    place, now = (actor.tenant_id, actor.mode, PLACE_ID), clock.now_ms()
    seen = None if seen_ago_ms is None else now - seen_ago_ms
    row: dict[str, Any] = {
        "id": "src_1",
        "name": "s",
        "provider": "token",
        "status": "active",
        "secrets": b"",
        "options": "{}",
        "installation_id": PLACE_ID,
    }
    row |= {"health": "ok", "failures": 0, "refused": 0, "last_seen_at": seen, "version": 1, "created_at": now, "updated_at": now}
    with database.transaction():
        inbound_sources.insert(*place[:2], row)
        sync_states.put(*place, "people", State(), now)
        if told:
            sync_states.note_told(*place, "people", now)
    missing.note_changed(place, "people")
    found = inbound_sources.find_by_address("src_1")
    assert found is not None
    missed: int | None = found["missed_at"]
    return missed


@pytest.mark.parametrize(
    ("told", "seen_ago_ms", "missed"),
    [(True, 600_000, True), (True, None, True), (True, 1_000, False), (False, 600_000, False)],
)
def test_only_what_is_told_otherwise_and_was_not_a_moment_ago_is_missed(alice: Actor, told: bool, seen_ago_ms: int | None, missed: bool) -> None:
    assert (missed_at(alice, told=told, seen_ago_ms=seen_ago_ms) is not None) == missed


def test_the_first_miss_since_the_last_message_is_the_one_that_counts(alice: Actor) -> None:
    first = missed_at(alice, told=True, seen_ago_ms=600_000)
    with clock.frozen(clock.now_ms() + 300_000):
        missing.note_changed((alice.tenant_id, alice.mode, PLACE_ID), "people")
    found = inbound_sources.find_by_address("src_1")
    assert found is not None
    assert found["missed_at"] == first
