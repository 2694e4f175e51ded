"""Rows that are read and written whole stay inside their tenant and mode, and are never written over a newer version."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store.tenant_table import TenantRows

TABLE = TenantRows(
    "email_templates",
    ("id", "tenant_id", "mode", "name", "description", "current", "version", "created_at", "updated_at", "deleted_at"),
    ("name", "version", "deleted_at"),
)


def row(row_id: str, **fields: object) -> dict[str, object]:
    return {"id": row_id, "name": row_id, "current": 1, "version": 1, "created_at": 1, "updated_at": 1, "deleted_at": None, **fields}


def test_another_tenant_or_mode_finds_nothing(alice: Actor, charlie: Actor) -> None:
    assert TABLE.insert(alice.tenant_id, "live", row("a"))
    assert TABLE.find(alice.tenant_id, "test", "a") is None
    assert TABLE.find(charlie.tenant_id, "live", "a") is None
    assert not TABLE.update(charlie.tenant_id, "live", row("a", name="stolen"), 1)
    assert TABLE.page(charlie.tenant_id, "live", "", 10) == []


def test_pages_go_from_the_newest_and_leave_out_what_was_removed(alice: Actor) -> None:
    for name in "abcd":
        TABLE.insert(alice.tenant_id, "live", row(name))
    assert TABLE.update(alice.tenant_id, "live", row("b", version=2, deleted_at=5), 1)
    assert not TABLE.update(alice.tenant_id, "live", row("b", version=3), 1), "somebody was faster"
    assert [one["id"] for one in TABLE.page(alice.tenant_id, "live", "", 2)] == ["d", "c"]
    assert [one["id"] for one in TABLE.page(alice.tenant_id, "live", "c", 2)] == ["a"]
    assert [one["id"] for one in TABLE.page(alice.tenant_id, "live", "", 9, {"name": "c"})] == ["c"]


def test_a_row_that_is_there_already_can_be_left_alone(alice: Actor) -> None:
    assert TABLE.insert(alice.tenant_id, "live", row("a"), "ON CONFLICT (id) DO NOTHING")
    assert not TABLE.insert(alice.tenant_id, "live", row("a"), "ON CONFLICT (id) DO NOTHING")


def test_rows_are_read_behind_a_name_counted_and_taken_away_for_good(alice: Actor, charlie: Actor) -> None:
    for name in "cab":
        TABLE.insert(alice.tenant_id, "live", row(name))
    assert [one["name"] for one in TABLE.behind(alice.tenant_id, "live", "name", "a", 9)] == ["b", "c"]
    assert [one["name"] for one in TABLE.behind(alice.tenant_id, "live", "name", "", 1)] == ["a"]
    assert TABLE.behind(charlie.tenant_id, "live", "name", "", 9) == []
    assert not TABLE.remove(charlie.tenant_id, "live", "a")
    assert not TABLE.remove(alice.tenant_id, "test", "a")
    assert TABLE.remove(alice.tenant_id, "live", "a")
    assert (TABLE.count(alice.tenant_id, "live"), TABLE.count(charlie.tenant_id, "live")) == (2, 0)
