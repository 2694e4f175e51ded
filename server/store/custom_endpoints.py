"""Custom endpoints: questions that a tenant has given a name, under which they are asked again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = ("id", "name", "description", "resource", "question", "parameters", "version", "created_at", "updated_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM custom_endpoints WHERE tenant_id = ? AND mode = ?"
Row = dict[str, Any]


def find(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return an endpoint, or None."""
    found = database.row(f"{_SELECT} AND name = ?", (tenant_id, mode, name))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return endpoints behind a name, in the order of their names."""
    found = database.rows(f"{_SELECT} AND name > ? ORDER BY name LIMIT ?", (tenant_id, mode, after, limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def count(tenant_id: str, mode: str) -> int:
    """Return how many endpoints there are."""
    found = database.row("SELECT COUNT(*) FROM custom_endpoints WHERE tenant_id = ? AND mode = ?", (tenant_id, mode))
    return int(found[0]) if found else 0


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert an endpoint. Raises Conflict when the name is taken."""
    names = ("tenant_id", "mode", *COLUMNS)
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    database.execute(f"INSERT INTO custom_endpoints ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [values[name] for name in names])


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write an endpoint over a version; False when somebody else was faster."""
    sql = (
        "UPDATE custom_endpoints SET description = ?, resource = ?, question = ?, parameters = ?, version = ?, updated_at = ?"
        " WHERE tenant_id = ? AND mode = ? AND id = ? AND version = ?"
    )
    changed = [row[name] for name in ("description", "resource", "question", "parameters", "version", "updated_at")]
    return database.run(sql, [*changed, tenant_id, mode, row["id"], version]) == 1


def remove(tenant_id: str, mode: str, endpoint_id: str) -> None:
    """Remove an endpoint."""
    database.execute("DELETE FROM custom_endpoints WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, endpoint_id))
