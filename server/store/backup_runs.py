"""Backups that operators ask for and that the schedule makes: each a row that a worker takes, and the file that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "backup_runs",
    ("id", "cause", "contents", "state", "file", "bytes", "rows", "files", "detail", "created_at", "started_at", "finished_at"),
)
_OPEN: Final = "state IN ('pending', 'running')"


def insert(row: Mapping[str, Any]) -> bool:
    """Insert a run that is to be made; False when one is open already."""
    found = database.row(f"SELECT 1 FROM backup_runs WHERE {_OPEN}")
    return found is None and TABLE.insert(row)


def find(run_id: str) -> Row | None:
    """Return a run, or None."""
    return TABLE.find("id = ?", (run_id,))


def page(before: str, limit: int) -> list[Row]:
    """Return runs before an id, the newest first; empty is from the newest on."""
    return TABLE.rows("(? = '' OR id < ?) ORDER BY id DESC LIMIT ?", (before, before, limit))


def take(now_ms: int) -> Row | None:
    """Take the run that is pending; None when there is none, or another worker was faster."""
    row = TABLE.find("state = 'pending' ORDER BY id LIMIT 1", ())
    if row is None or TABLE.update({"state": "running", "started_at": now_ms}, "id = ? AND state = 'pending'", (row["id"],)) == 0:
        return None
    return {**row, "state": "running", "started_at": now_ms}


def finish(run_id: str, change: Mapping[str, Any]) -> None:
    """Write how a run ended."""
    TABLE.update(change, "id = ?", (run_id,))


def abandon(before_ms: int, change: Mapping[str, Any]) -> int:
    """End the runs that were taken before a moment and never ended; returns how many."""
    return TABLE.update(change, "state = 'running' AND started_at < ?", (before_ms,))


def newest(cause: str) -> Row | None:
    """Return the newest run of a cause, or None."""
    return TABLE.find("cause = ? ORDER BY id DESC LIMIT 1", (cause,))


def superseded(cause: str, kept: int) -> list[Row]:
    """Return the completed runs of a cause but the newest so many."""
    return TABLE.rows("cause = ? AND state = 'completed' ORDER BY id DESC", (cause,))[kept:]


def delete(run_id: str) -> None:
    """Delete a run."""
    database.execute("DELETE FROM backup_runs WHERE id = ?", (run_id,))
