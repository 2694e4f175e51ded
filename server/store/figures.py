"""Figures of the whole appliance, for its health: what waits, since when, and how large the database is."""

from __future__ import annotations

from pathlib import Path

from server.store import database

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
# One row per webhook, each figure by an index. A webhook that was posted to a moment ago or is being posted to, or that is paused, parked
# or throttled, is not stuck.
_BACKLOG = """
SELECT COALESCE(SUM(pending), 0), COALESCE(SUM(held), 0), COALESCE(SUM(dead), 0), MIN(stuck) FROM (
  SELECT (SELECT COUNT(*) FROM deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending') AS pending,
    (SELECT COUNT(*) FROM deliveries d WHERE d.webhook_id = w.id AND d.state = 'held') AS held,
    (SELECT COUNT(*) FROM deliveries d WHERE d.webhook_id = w.id AND d.state = 'dead') AS dead,
    CASE WHEN w.status = 'active' AND w.deleted_at IS NULL AND COALESCE(w.parked_until, 0) <= ? AND COALESCE(w.throttled_until, 0) <= ?
      AND COALESCE(w.last_triggered, 0) <= ? AND NOT EXISTS (
      SELECT 1 FROM deliveries b
      WHERE b.webhook_id = w.id AND b.state = 'pending' AND b.due_at > ? AND b.due_at <= ? AND b.lease IS NOT NULL)
    THEN (SELECT MIN(d.due_at) FROM deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.due_at <= ?) END AS stuck
  FROM webhooks w) AS counted
"""


def backlog(now_ms: int) -> tuple[int, int, int, int | None]:
    """Return how many deliveries are pending, held and dead, and since when one has been due that nobody works on."""
    quiet = now_ms - _MINUTE_MS
    found = database.row(_BACKLOG, (now_ms, quiet, quiet, now_ms, now_ms + _HOUR_MS, now_ms))
    pending, held, dead, stuck = found or (0, 0, 0, None)
    return int(pending), int(held), int(dead), None if stuck is None else int(stuck)


def jobs_under_way() -> int:
    """Return how many jobs wait or run."""
    found = database.row("SELECT COUNT(*) FROM jobs WHERE state IN ('pending', 'running')")
    return int(found[0]) if found else 0


def database_bytes() -> int:
    """Return how large the database is."""
    if database.is_sqlite():
        path = Path(database.db.database)
        return sum(part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists())
    found = database.row("SELECT pg_database_size(current_database())")
    return int(found[0]) if found else 0
