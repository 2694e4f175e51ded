"""Event consumers: how far each reader that polls has acknowledged the events of its tenant; it never goes back by itself."""

from __future__ import annotations

from typing import Any, Final

from server.store import database
from server.store.events import FIRST, Place

COLUMNS: Final = ("id", "tenant_id", "mode", "name", "xact", "position", "acknowledged_at", "created_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM event_consumers WHERE tenant_id = ? AND mode = ?"
Row = dict[str, Any]


def place_of(row: Row) -> Place:
    """Return how far a consumer has acknowledged."""
    return (row["xact"], row["position"])


def insert(tenant_id: str, mode: str, consumer_id: str, name: str, now_ms: int, place: Place = FIRST) -> bool:
    """Insert a consumer that begins behind a place; False when there is one of this name."""
    sql = (
        "INSERT INTO event_consumers (id, tenant_id, mode, name, xact, position, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (tenant_id, mode, name) DO NOTHING"
    )
    return database.run(sql, (consumer_id, tenant_id, mode, name, *place, now_ms)) == 1


def find(tenant_id: str, mode: str, consumer_id: str) -> Row | None:
    """Return a consumer, or None."""
    found = database.row(f"{_SELECT} AND id = ?", (tenant_id, mode, consumer_id))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def find_by_name(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return the consumer of a name, or None."""
    found = database.row(f"{_SELECT} AND name = ?", (tenant_id, mode, name))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return consumers behind an id, in the order of their ids."""
    found = database.rows(f"{_SELECT} AND id > ? ORDER BY id LIMIT ?", (tenant_id, mode, after, limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def count(tenant_id: str, mode: str) -> int:
    """Return how many consumers a tenant has."""
    found = database.row("SELECT COUNT(*) FROM event_consumers WHERE tenant_id = ? AND mode = ?", (tenant_id, mode))
    return int(found[0]) if found else 0


def acknowledge(tenant_id: str, mode: str, consumer_id: str, place: Place, now_ms: int) -> bool:
    """Move a consumer on to a place; False when it was there or further already."""
    sql = (
        "UPDATE event_consumers SET xact = ?, position = ?, acknowledged_at = ?"
        " WHERE tenant_id = ? AND mode = ? AND id = ? AND (xact, position) < (?, ?)"
    )
    return database.run(sql, (*place, now_ms, tenant_id, mode, consumer_id, *place)) == 1


def delete(tenant_id: str, mode: str, consumer_id: str) -> bool:
    """Delete a consumer; False when there is none."""
    return database.run("DELETE FROM event_consumers WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, consumer_id)) == 1
