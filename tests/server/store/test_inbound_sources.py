"""Sources: found by the address a vendor calls, never across tenants otherwise; what arrivals count is not overwritten."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.store import database, inbound_sources


def row(source_id: str, **fields: Any) -> dict[str, Any]:
    found = {"id": source_id, "name": "Shop", "provider": "stripe", "status": "active", "secrets": b"s", "options": "{}", "health": "ok"}
    return {**found, "failures": 0, "refused": 0, "version": 1, "created_at": 1, "updated_at": 1, **fields}


def insert(actor: Actor, source_id: str, **fields: Any) -> None:
    with database.transaction():
        inbound_sources.insert(actor.tenant_id, actor.mode, row(source_id, **fields))


def test_a_source_is_found_by_its_id_or_by_its_installation_until_it_is_removed(alice: Actor) -> None:
    insert(alice, "src_1")
    insert(alice, "src_2", installation_id="ins_1")
    found = [inbound_sources.find_by_address(address) for address in ("src_1", "ins_1", "src_3")]
    assert [one and one["id"] for one in found] == ["src_1", "src_2", None]
    database.run("UPDATE inbound_sources SET deleted_at = 1")
    assert inbound_sources.find_by_address("ins_1") is None
    assert inbound_sources.count(alice.tenant_id, alice.mode) == 0


def test_those_that_share_an_address_are_found_by_account(alice: Actor, charlie: Actor) -> None:
    insert(alice, "src_1", account="a")
    insert(charlie, "src_2", account="b")
    insert(alice, "src_3")
    insert(alice, "src_4", account="a", status="paused")
    assert [one["id"] for one in inbound_sources.of_provider("stripe", "a")] == ["src_1"]
    assert [one["id"] for one in inbound_sources.of_provider("stripe", None)] == ["src_1", "src_2"]
    assert inbound_sources.of_provider("slack", None) == []


def test_another_tenant_finds_and_changes_nothing(alice: Actor, charlie: Actor) -> None:
    insert(alice, "src_1")
    assert inbound_sources.find(charlie.tenant_id, charlie.mode, "src_1") is None
    assert inbound_sources.find(alice.tenant_id, "test", "src_1") is None
    assert not inbound_sources.update(
        charlie.tenant_id, charlie.mode, {**row("src_1"), "description": None, "account": None, "installation_id": None, "deleted_at": 5}, 1
    )
    assert inbound_sources.page(charlie.tenant_id, charlie.mode, "", 5) == []


def test_what_arrivals_count_stays_beside_a_change(alice: Actor) -> None:
    insert(alice, "src_1")
    place = (alice.tenant_id, alice.mode, "src_1")
    with database.transaction():
        inbound_sources.note_failures(*place, 2, 2, "signature_mismatch", 7)
        inbound_sources.note_failures(*place, 0, 1, "malformed_payload", 8)
        inbound_sources.seen(*place, 10_000, 1_000)
        inbound_sources.seen(*place, 10_500, 1_000)
    found = inbound_sources.find(*place)
    assert found is not None
    noted = [found[name] for name in ("refused", "failures", "last_error", "last_refused_at", "last_seen_at")]
    assert noted == [2, 3, "malformed_payload", 7, 10_000]
    with database.transaction():
        inbound_sources.note_success(*place)
        inbound_sources.seen(*place, 11_000, 1_000)
    again = inbound_sources.find(*place)
    assert again is not None
    assert (again["failures"], again["refused"], again["last_seen_at"]) == (0, 2, 11_000)


def test_of_several_watchers_one_changes_the_health(alice: Actor) -> None:
    insert(alice, "src_1", failures=9)
    insert(alice, "src_2", options='{"expected_every_seconds":60}')
    insert(alice, "src_3")
    assert {one["id"] for one in inbound_sources.watched()} == {"src_1", "src_2"}
    place = (alice.tenant_id, alice.mode, "src_1")
    with database.transaction():
        assert inbound_sources.change_health(*place, "ok", "failing")
        assert not inbound_sources.change_health(*place, "ok", "failing")
    assert inbound_sources.troubled() == {"failing": 1}
