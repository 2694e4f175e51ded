"""A resource is noted once until a run takes it, and waits while its installation cannot run."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, sync_hints, sync_runs
from tests.server.services.syncing.rig import install, vendor
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]


def note(actor: Actor, installation: str, resource: str, due_at: int) -> None:
    with database.transaction():
        sync_hints.put(actor.tenant_id, actor.mode, installation, resource, due_at)


def test_a_second_hint_neither_doubles_nor_delays_the_first(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    place = (alice.tenant_id, alice.mode, installation)
    for resource, due_at in (("people", 100), ("people", 500), ("listed", 300)):
        note(alice, installation, resource, due_at)
    assert (sync_hints.due(99, 10), sync_hints.due(100, 10)) == ([], [place])
    with database.transaction():
        assert (sync_hints.take(*place), sync_hints.take(*place)) == (["listed", "people"], [])
    assert sync_hints.due(1_000, 10) == []


def test_hints_wait_for_the_run_under_way_and_for_an_installation_that_works(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    place = (alice.tenant_id, alice.mode, installation)
    note(alice, installation, "people", 100)
    with database.transaction():
        sync_runs.insert(*place[:2], {"id": "syn_1", "installation_id": installation, "kind": "full", "cause": "manual", "created_at": 1})
    assert sync_hints.due(100, 10) == []
    with database.transaction():
        sync_runs.change(*place[:2], "syn_1", {"state": "succeeded", "finished_at": 2})
        database.execute("UPDATE installations SET status = 'paused' WHERE id = ?", (installation,))
    assert sync_hints.due(100, 10) == []
    with database.transaction():
        database.execute("UPDATE installations SET status = 'connected' WHERE id = ?", (installation,))
    assert sync_hints.due(100, 10) == [place]
