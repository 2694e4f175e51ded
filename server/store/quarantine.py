"""Quarantine: records that could not be taken over, one row per installation, resource, direction and record, until they can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE: Final = Table(
    "quarantine",
    (
        "id", "tenant_id", "mode", "installation_id", "resource", "external_id", "direction", "payload", "code", "reason", "version", "attempts",
        "created_at", "updated_at",
    ),
    json=frozenset({"payload"}),
)  # fmt: skip
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def put(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a record, or write it over what is known of it; its first moment and its id stay."""
    TABLE.insert_over(
        {**row, "tenant_id": tenant_id, "mode": mode}, ("installation_id", "resource", "direction", "external_id"), ("id", "created_at")
    )


def find(tenant_id: str, mode: str, installation_id: str, row_id: str) -> Row | None:
    """Return a record in quarantine, or None."""
    return TABLE.find(f"{_OWN} AND id = ?", (tenant_id, mode, installation_id, row_id))


def page(tenant_id: str, mode: str, installation_id: str, after: str, limit: int) -> list[Row]:
    """Return records behind an id, in the order of their ids."""
    return TABLE.rows(f"{_OWN} AND id > ? ORDER BY id LIMIT ?", (tenant_id, mode, installation_id, after, limit))


def count(tenant_id: str, mode: str, installation_id: str) -> int:
    """Return how many records of an installation wait."""
    found = database.row(f"SELECT COUNT(*) FROM quarantine WHERE {_OWN}", (tenant_id, mode, installation_id))
    return int(found[0]) if found else 0


def release(tenant_id: str, mode: str, installation_id: str, resource: str, direction: str, external_ids: Sequence[str]) -> int:
    """Delete what was taken over after all; returns how many there were."""
    if not external_ids:
        return 0
    marks = ", ".join("?" * len(external_ids))
    sql = f"DELETE FROM quarantine WHERE {_OWN} AND resource = ? AND direction = ? AND external_id IN ({marks})"
    return database.run(sql, (tenant_id, mode, installation_id, resource, direction, *external_ids))


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Delete everything of an installation."""
    return database.run(f"DELETE FROM quarantine WHERE {_OWN}", (tenant_id, mode, installation_id))
