"""Merges of duplicates: what was merged into which record, with all that is needed to undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from server.store.declaration import Resource

COLUMNS: Final = ("id", "resource", "record_id", "journal", "created_at", "undone_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM merges WHERE tenant_id = ? AND mode = ?"
Row = dict[str, Any]


def insert(tenant_id: str, mode: str, row: Row) -> None:
    """Insert a merge."""
    values = [row[name] for name in COLUMNS]
    sql = f"INSERT INTO merges (tenant_id, mode, {', '.join(COLUMNS)}) VALUES (?, ?, {', '.join('?' * len(COLUMNS))})"
    database.execute(sql, (tenant_id, mode, *values))


def find(tenant_id: str, mode: str, record_id: str, merge_id: str) -> Row | None:
    """Return a merge into this record, or None."""
    found = database.row(f"{_SELECT} AND record_id = ? AND id = ?", (tenant_id, mode, record_id, merge_id))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def latest(tenant_id: str, mode: str, record_id: str) -> Row | None:
    """Return the last merge into this record that is not undone, or None."""
    found = database.row(f"{_SELECT} AND record_id = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1", (tenant_id, mode, record_id))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def page(tenant_id: str, mode: str, record_id: str, before: str, limit: int) -> list[Row]:
    """Return merges into a record, newest first, from those before an id; the empty text begins."""
    condition, values = (" AND id < ?", [before]) if before else ("", [])
    found = database.rows(f"{_SELECT} AND record_id = ?{condition} ORDER BY id DESC LIMIT ?", (tenant_id, mode, record_id, *values, limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def recent(tenant_id: str, mode: str, resource: str, before: str, limit: int) -> list[Row]:
    """Return the merges of a resource, newest first, from those before an id; the empty text begins."""
    condition, values = (" AND id < ?", [before]) if before else ("", [])
    found = database.rows(f"{_SELECT} AND resource = ?{condition} ORDER BY id DESC LIMIT ?", (tenant_id, mode, resource, *values, limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def mark_undone(tenant_id: str, mode: str, merge_id: str, at_ms: int) -> bool:
    """Say that a merge is undone; False when it was before."""
    sql = "UPDATE merges SET undone_at = ? WHERE tenant_id = ? AND mode = ? AND id = ? AND undone_at IS NULL"
    return database.run(sql, (at_ms, tenant_id, mode, merge_id)) == 1


def referring(tenant_id: str, mode: str, resource: Resource, field: str, record_id: str) -> list[str]:
    """Return the ids of the records whose reference `field` points to a record."""
    sql = f"SELECT id FROM {resource.table} WHERE tenant_id = ? AND mode = ? AND {field} = ? AND deleted_at IS NULL ORDER BY id"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, record_id))]
