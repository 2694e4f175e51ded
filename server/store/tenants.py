"""Tenants: the partner's customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.directory import containing

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = ("id", "name", "tier", "timezone", "language", "currency", "require_if_match", "status", "version", "created_at", "updated_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM tenants"

Row = dict[str, Any]


def insert(row: Mapping[str, Any]) -> None:
    """Insert a tenant. Raises Conflict when the name is taken."""
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO tenants ({', '.join(COLUMNS)}) VALUES ({marks})", [row[name] for name in COLUMNS])


def find(tenant_id: str) -> Row | None:
    """Return a tenant, or None."""
    found = database.row(f"{_SELECT} WHERE id = ?", (tenant_id,))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def requires_if_match(tenant_id: str) -> bool:
    """Tell whether a tenant's records are changed with If-Match only."""
    return database.row("SELECT 1 FROM tenants WHERE id = ? AND require_if_match = 1", (tenant_id,)) is not None


def find_by_name(name: str) -> Row | None:
    """Return the tenant of this name, or None."""
    found = database.row(f"{_SELECT} WHERE name = ?", (name,))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def page(after: str, limit: int, words: str = "") -> list[Row]:
    """Return tenants behind an id, in the order of their ids; with words only those that are called so."""
    named, values = containing(("name",), words) if words else ("1 = 1", [])
    found = database.rows(f"{_SELECT} WHERE id > ? AND ({named}) ORDER BY id LIMIT ?", (after, *values, limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def update(row: Mapping[str, Any], version: int) -> bool:
    """Write a tenant over a version; False when somebody else was faster."""
    names = [name for name in COLUMNS if name not in {"id", "created_at"}]
    assignments = ", ".join(f"{name} = ?" for name in names)
    return database.run(f"UPDATE tenants SET {assignments} WHERE id = ? AND version = ?", [*(row[name] for name in names), row["id"], version]) == 1


def set_status(tenant_id: str, status: str, now_ms: int) -> None:
    """Write a tenant's status, whatever its version."""
    database.execute("UPDATE tenants SET status = ?, version = version + 1, updated_at = ? WHERE id = ?", (status, now_ms, tenant_id))


def in_status(status: str) -> list[Row]:
    """Return the tenants in a status."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(f"{_SELECT} WHERE status = ? ORDER BY id", (status,))]


def delete(tenant_id: str) -> bool:
    """Delete a tenant's own row, after everything of it; False when it is gone already."""
    return database.run("DELETE FROM tenants WHERE id = ?", (tenant_id,)) == 1
