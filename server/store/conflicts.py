"""Conflicts: records that were changed on both sides and wait for a person to choose, one row per installation, resource and record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE: Final = Table(
    "conflicts",
    (
        "id", "tenant_id", "mode", "installation_id", "resource", "external_id", "local_id", "fields", "base_values", "local_values",
        "remote_values", "created_at", "updated_at",
    ),
    json=frozenset({"fields", "base_values", "local_values", "remote_values"}),
)  # fmt: skip
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def put(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a conflict, or write it over the one of the same record; its first moment and its id stay."""
    TABLE.insert_over({**row, "tenant_id": tenant_id, "mode": mode}, ("installation_id", "resource", "external_id"), ("id", "created_at"))


def find(tenant_id: str, mode: str, installation_id: str, conflict_id: str) -> Row | None:
    """Return a conflict, or None."""
    return TABLE.find(f"{_OWN} AND id = ?", (tenant_id, mode, installation_id, conflict_id))


def page(tenant_id: str, mode: str, installation_id: str, after: str, limit: int) -> list[Row]:
    """Return conflicts behind an id, in the order of their ids."""
    return TABLE.rows(f"{_OWN} AND id > ? ORDER BY id LIMIT ?", (tenant_id, mode, installation_id, after, limit))


def settle(tenant_id: str, mode: str, installation_id: str, resource: str, external_id: str) -> bool:
    """Delete a conflict that is over; False when there was none."""
    sql = f"DELETE FROM conflicts WHERE {_OWN} AND resource = ? AND external_id = ?"
    return database.run(sql, (tenant_id, mode, installation_id, resource, external_id)) > 0


def count(tenant_id: str, mode: str, installation_id: str) -> int:
    """Return how many conflicts of an installation wait."""
    found = database.row(f"SELECT COUNT(*) FROM conflicts WHERE {_OWN}", (tenant_id, mode, installation_id))
    return int(found[0]) if found else 0


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Delete everything of an installation."""
    return database.run(f"DELETE FROM conflicts WHERE {_OWN}", (tenant_id, mode, installation_id))


def fields_of(tenant_id: str, mode: str, installation_id: str, resource: str, local_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return which fields of these records somebody is asked about, by record."""
    marks = ", ".join("?" * len(local_ids))
    sql = f"{_OWN} AND resource = ? AND local_id IN ({marks})"
    return {row["local_id"]: row["fields"] for row in TABLE.rows(sql, (tenant_id, mode, installation_id, resource, *local_ids))}
