"""Consumers move on in the order of commits and never back."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, event_consumers
from server.store.event_consumers import place_of


def test_a_consumer_is_made_once_and_moves_only_forward(alice: Actor) -> None:
    place = (alice.tenant_id, alice.mode)
    with database.transaction():
        assert event_consumers.insert(*place, "ecn_1", "mine", 1)
        assert not event_consumers.insert(*place, "ecn_2", "mine", 1)
        assert event_consumers.acknowledge(*place, "ecn_1", (3, 5), 2)
        assert not event_consumers.acknowledge(*place, "ecn_1", (3, 4), 3)
        assert event_consumers.acknowledge(*place, "ecn_1", (4, 1), 4)
    row = event_consumers.find_by_name(*place, "mine")
    assert row is not None
    assert (place_of(row), row["acknowledged_at"], event_consumers.count(*place)) == ((4, 1), 4, 1)
    assert event_consumers.find(*place, "ecn_1") == row == event_consumers.page(*place, "", 5)[0]
    with database.transaction():
        assert event_consumers.delete(*place, "ecn_1")
        assert not event_consumers.delete(*place, "ecn_1")


def test_another_tenant_and_mode_see_nothing(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        event_consumers.insert(alice.tenant_id, "live", "ecn_1", "mine", 1)
        assert event_consumers.insert(alice.tenant_id, "test", "ecn_2", "mine", 1)
    assert event_consumers.find(charlie.tenant_id, "live", "ecn_1") is None
    assert event_consumers.find(alice.tenant_id, "test", "ecn_1") is None
