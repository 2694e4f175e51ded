"""The outbox: what the appliance itself has to tell people, a sealed row per message, taken under a lease and sent at least once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message taken under a lease; `attempts` were made before this one."""

    id: str
    channel: str
    message: bytes
    attempts: int
    expires_at: int


def insert(message_id: str, channel: str, kind: str, message: bytes, now_ms: int, expires_ms: int) -> None:
    """Insert a sealed message that is due at once."""
    database.execute(
        "INSERT INTO outbox (id, channel, kind, message, state, due_at, created_at, expires_at) VALUES (?, ?, ?, ?, 'pending', ?, ?, ?)",
        (message_id, channel, kind, message, now_ms, now_ms, expires_ms),
    )


def take(channels: Sequence[str], lease: str, now_ms: int, until_ms: int, limit: int) -> list[Waiting]:
    """Take the messages of these channels that have been due longest; a taker that dies lets them become due again."""
    marks = ", ".join("?" * len(channels))
    skip = "" if database.is_sqlite() else " FOR UPDATE SKIP LOCKED"
    # Materialised, because a plan that ran the locking query once a row would take more than it may.
    sql = (
        f"WITH mine AS MATERIALIZED (SELECT id FROM outbox WHERE state = 'pending' AND due_at <= ? AND channel IN ({marks})"
        f" ORDER BY due_at LIMIT ?{skip}) UPDATE outbox SET due_at = ?, lease = ? WHERE id IN (SELECT id FROM mine)"
        " RETURNING id, channel, message, attempts, expires_at"
    )
    return [Waiting(row[0], row[1], bytes(row[2]), row[3], row[4]) for row in database.rows(sql, (now_ms, *channels, limit, until_ms, lease))]


def retry(message_id: str, lease: str, due_ms: int, error: str) -> None:
    """Try a message again later."""
    database.execute(
        "UPDATE outbox SET attempts = attempts + 1, due_at = ?, last_error = ?, lease = NULL WHERE id = ? AND lease = ?",
        (due_ms, error, message_id, lease),
    )


def finish(message_id: str, lease: str, state: str, error: str | None, now_ms: int) -> None:
    """End a message as `sent` or `failed`, and forget what it said: it may hold a token."""
    database.execute(
        "UPDATE outbox SET state = ?, attempts = attempts + 1, last_error = ?, lease = NULL, finished_at = ?, message = NULL"
        " WHERE id = ? AND lease = ?",
        (state, error, now_ms, message_id, lease),
    )


def expire(now_ms: int) -> int:
    """End what nobody needs any more."""
    sql = "UPDATE outbox SET state = 'expired', finished_at = ?, message = NULL, lease = NULL WHERE state = 'pending' AND expires_at <= ?"
    return database.run(sql, (now_ms, now_ms))


def prune(finished_before_ms: int) -> int:
    """Delete what ended before a moment."""
    return database.run("DELETE FROM outbox WHERE finished_at < ?", (finished_before_ms,))


def counts() -> dict[str, int]:
    """Return how many messages there are in each state."""
    return dict(database.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state"))
