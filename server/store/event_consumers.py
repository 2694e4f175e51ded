"""Event consumers: how far each reader that polls has acknowledged the events of its tenant; it never goes back by itself."""

from __future__ import annotations

from typing import Final

from server.store import database
from server.store.events import FIRST, Place
from server.store.tables import Row
from server.store.tenant_table import TenantRows

_CONSUMERS: Final = TenantRows("event_consumers", ("id", "tenant_id", "mode", "name", "xact", "position", "acknowledged_at", "created_at"))


def place_of(row: Row) -> Place:
    """Return how far a consumer has acknowledged."""
    return (row["xact"], row["position"])


def insert(tenant_id: str, mode: str, consumer_id: str, name: str, now_ms: int, place: Place = FIRST) -> bool:
    """Insert a consumer that begins behind a place; False when there is one of this name."""
    row = {"id": consumer_id, "name": name, "xact": place[0], "position": place[1], "created_at": now_ms}
    return _CONSUMERS.insert(tenant_id, mode, row, "ON CONFLICT (tenant_id, mode, name) DO NOTHING")


def find(tenant_id: str, mode: str, consumer_id: str) -> Row | None:
    """Return a consumer, or None."""
    return _CONSUMERS.find(tenant_id, mode, consumer_id)


def find_by_name(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return the consumer of a name, or None."""
    return _CONSUMERS.first(tenant_id, mode, "name = ?", (name,))


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return consumers behind an id, in the order of their ids."""
    return _CONSUMERS.behind(tenant_id, mode, "id", after, limit)


def count(tenant_id: str, mode: str) -> int:
    """Return how many consumers a tenant has."""
    return _CONSUMERS.count(tenant_id, mode)


def acknowledge(tenant_id: str, mode: str, consumer_id: str, place: Place, now_ms: int) -> bool:
    """Move a consumer on to a place; False when it was there or further already."""
    sql = (
        "UPDATE event_consumers SET xact = ?, position = ?, acknowledged_at = ?"
        " WHERE tenant_id = ? AND mode = ? AND id = ? AND (xact, position) < (?, ?)"
    )
    return database.run(sql, (*place, now_ms, tenant_id, mode, consumer_id, *place)) == 1


def delete(tenant_id: str, mode: str, consumer_id: str) -> bool:
    """Delete a consumer; False when there is none."""
    return _CONSUMERS.remove(tenant_id, mode, consumer_id)
