"""Sync runs: one row per run; the job of the same id carries it. Of an installation one is under way at most, and one more queued behind it.

A schedule is a row with the moment at which an installation is due; whoever moves it on begins the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "sync_runs",
    (
        "id",
        "tenant_id",
        "mode",
        "installation_id",
        "kind",
        "cause",
        "resources",
        "state",
        "counts",
        "notes",
        "error",
        "created_at",
        "started_at",
        "finished_at",
    ),
    json=frozenset({"resources", "counts", "notes", "error"}),
)
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a run that waits, or one that is `queued`. Raises Conflict when the installation has one such that is not finished."""
    TABLE.insert({"state": "pending", "counts": {}, **row, "tenant_id": tenant_id, "mode": mode})


def find(tenant_id: str, mode: str, installation_id: str, run_id: str) -> Row | None:
    """Return a run, or None."""
    return TABLE.find(f"{_OWN} AND id = ?", (tenant_id, mode, installation_id, run_id))


def find_open(tenant_id: str, mode: str, installation_id: str) -> Row | None:
    """Return the run that is under way, or None."""
    return TABLE.find(f"{_OWN} AND finished_at IS NULL AND state <> 'queued'", (tenant_id, mode, installation_id))


def find_queued(tenant_id: str, mode: str, installation_id: str) -> Row | None:
    """Return the run that follows the one under way, or None."""
    return TABLE.find(f"{_OWN} AND finished_at IS NULL AND state = 'queued'", (tenant_id, mode, installation_id))


def page(tenant_id: str, mode: str, installation_id: str, before: str, limit: int) -> list[Row]:
    """Return runs, the newest first; `before` is the id of the last one seen, or empty."""
    behind = " AND id < ?" if before else ""
    values = (tenant_id, mode, installation_id, *((before,) if before else ()), limit)
    return TABLE.rows(f"{_OWN}{behind} ORDER BY id DESC LIMIT ?", values)


def change(tenant_id: str, mode: str, run_id: str, values: Mapping[str, Any]) -> bool:
    """Write columns of a run that is not finished; False when it is."""
    return TABLE.update(values, "tenant_id = ? AND mode = ? AND id = ? AND finished_at IS NULL", (tenant_id, mode, run_id)) == 1


def add_note(tenant_id: str, mode: str, run_id: str, note: Mapping[str, str]) -> None:
    """Add a note to a run, unless it is there already."""
    row = TABLE.find("tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, run_id))
    notes = (row["notes"] or []) if row else []
    if note not in notes:
        change(tenant_id, mode, run_id, {"notes": [*notes, note]})


def abandoned(limit: int) -> list[Row]:
    """Return open runs of all tenants whose job has ended without them."""
    condition = (
        "finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = sync_runs.id AND jobs.state IN ('pending', 'running')) LIMIT ?"
    )
    return TABLE.rows(condition, (limit,))


def unscheduled(limit: int) -> list[tuple[str, str, str, int]]:
    """Return `(tenant, mode, installation, interval)` of connected installations of all tenants that sync by themselves but have no schedule."""
    sql = (
        "SELECT i.tenant_id, i.mode, i.id, i.sync_interval FROM installations i LEFT JOIN sync_schedules s ON s.installation_id = i.id"
        " WHERE i.status = 'connected' AND i.sync_interval > 0 AND i.deleted_at IS NULL AND s.installation_id IS NULL LIMIT ?"
    )
    return [tuple(row) for row in database.rows(sql, (limit,))]


def arrange(tenant_id: str, mode: str, installation_id: str, due_at: int) -> None:
    """Write when an installation is due next."""
    database.execute(
        "INSERT INTO sync_schedules (installation_id, tenant_id, mode, due_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (installation_id) DO UPDATE SET due_at = excluded.due_at",
        (installation_id, tenant_id, mode, due_at),
    )


def due(now_ms: int, limit: int) -> list[tuple[str, str, str, int]]:
    """Return `(tenant, mode, installation, due)` of the schedules of all tenants that are due, the longest first."""
    sql = "SELECT tenant_id, mode, installation_id, due_at FROM sync_schedules WHERE due_at <= ? ORDER BY due_at LIMIT ?"
    return [tuple(row) for row in database.rows(sql, (now_ms, limit))]


def move_on(tenant_id: str, mode: str, installation_id: str, seen_ms: int, due_at: int | None) -> bool:
    """Move a schedule on, or end it for None; False when somebody else was faster."""
    own = f"{_OWN} AND due_at = ?"
    if due_at is None:
        return database.run(f"DELETE FROM sync_schedules WHERE {own}", (tenant_id, mode, installation_id, seen_ms)) == 1
    sql = f"UPDATE sync_schedules SET due_at = ? WHERE {own}"
    return database.run(sql, (due_at, tenant_id, mode, installation_id, seen_ms)) == 1
