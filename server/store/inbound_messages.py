"""Inbound messages: what vendors sent, kept as it came until it is processed, and some time beyond.

The rows are the queue: `due_at` of a message that was taken is the end of its lease. A provider's event id is unique within a
source, so what is sent twice is kept once. `finished_at` is when nothing more is going to be done by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEP: Final = 500
"""How many messages of a source are held, released or discarded in one transaction."""
STATES: Final = ("pending", "held", "processed", "quarantined", "discarded")
COLUMNS: Final = (
    "id", "tenant_id", "mode", "source_id", "provider", "event_id", "event_type", "state", "method", "target", "headers", "body", "size",
    "received_at", "due_at", "lease", "attempts", "last_error", "last_detail", "finished_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM inbound_messages"
_MINE: Final = "WHERE id = ? AND lease = ? AND state = 'pending'"
_TAKEN: Final = "id, tenant_id, mode, source_id, provider, event_id, event_type, method, target, headers, body, received_at, attempts"
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    found = dict(zip(COLUMNS, values, strict=True))
    found["body"] = bytes(found["body"])
    return found


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> bool:
    """Insert a message; False when the source has one with this event id already."""
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    marks = ", ".join("?" * len(COLUMNS))
    sql = f"INSERT INTO inbound_messages ({', '.join(COLUMNS)}) VALUES ({marks}) ON CONFLICT (source_id, event_id) DO NOTHING"
    return database.run(sql, [values.get(name) for name in COLUMNS]) == 1


def find(tenant_id: str, mode: str, source_id: str, message_id: str) -> Row | None:
    """Return a message of a source, or None."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND source_id = ? AND id = ?"
    found = database.row(sql, (tenant_id, mode, source_id, message_id))
    return _row(found) if found else None


def page(tenant_id: str, mode: str, source_id: str, filters: Mapping[str, Any], before: str, limit: int) -> list[Row]:
    """Return messages of a source, the newest first; filters are `state`, `event_type` and `since` in milliseconds."""
    sql, values = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND source_id = ?", [tenant_id, mode, source_id]
    for name, condition in (("state", "state = ?"), ("event_type", "event_type = ?"), ("since", "received_at >= ?")):
        if name in filters:
            sql, values = f"{sql} AND {condition}", [*values, filters[name]]
    if before:
        sql, values = f"{sql} AND id < ?", [*values, before]
    return [_row(row) for row in database.rows(f"{sql} ORDER BY id DESC LIMIT ?", (*values, limit))]


def counts(tenant_id: str, mode: str, source_id: str) -> dict[str, int]:
    """Return how many messages of a source are in each state."""
    sql = "SELECT state, COUNT(*) FROM inbound_messages WHERE tenant_id = ? AND mode = ? AND source_id = ? GROUP BY state"
    return dict.fromkeys(STATES, 0) | dict(database.rows(sql, (tenant_id, mode, source_id)))


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A message taken under a lease; `headers` is JSON, `body` sealed; `attempts` counts this one too."""

    id: str
    tenant_id: str
    mode: str
    source_id: str
    provider: str
    event_id: str | None
    event_type: str | None
    method: str
    target: str
    headers: str
    body: bytes | memoryview
    received_at: int
    attempts: int


def any_due(now_ms: int) -> bool:
    """Tell cheaply whether there may be something to take."""
    return database.row("SELECT 1 FROM inbound_messages WHERE state = 'pending' AND due_at <= ? LIMIT 1", (now_ms,)) is not None


def take(lease: str, now_ms: int, until_ms: int, limit: int) -> list[TakenMessage]:
    """Take the messages that have been due longest, the oldest first; a taker that dies lets them become due again."""
    skip = "" if database.is_sqlite() else " FOR UPDATE SKIP LOCKED"
    chosen = f"SELECT id FROM inbound_messages WHERE state = 'pending' AND due_at <= ? ORDER BY due_at LIMIT ?{skip}"
    # Materialised, because a plan that ran the locking query once a row would take more than it may.
    sql = (
        f"WITH mine AS MATERIALIZED ({chosen}) UPDATE inbound_messages SET due_at = ?, lease = ?, attempts = attempts + 1"
        f" WHERE id IN (SELECT id FROM mine) RETURNING {_TAKEN}"
    )
    found = [TakenMessage(*row) for row in database.rows(sql, (now_ms, limit, until_ms, lease))]
    return sorted(found, key=lambda one: (one.received_at, one.id))


def settle(message_id: str, lease: str, state: str, error: tuple[str, str] | None, now_ms: int) -> bool:
    """Write how a message ended; False when it is not ours any more."""
    sql = f"UPDATE inbound_messages SET state = ?, last_error = ?, last_detail = ?, finished_at = ?, lease = NULL {_MINE}"
    finished = None if state == "held" else now_ms
    return database.run(sql, (state, *(error or (None, None)), finished, message_id, lease)) == 1


def postpone(message_id: str, lease: str, error: tuple[str, str], due_ms: int) -> None:
    """Try a message again later."""
    sql = f"UPDATE inbound_messages SET due_at = ?, last_error = ?, last_detail = ?, lease = NULL {_MINE}"
    database.execute(sql, (due_ms, *error, message_id, lease))


def change(tenant_id: str, mode: str, message_id: str, before: str, after: str, now_ms: int) -> bool:
    """Retry or discard a message by hand: to `pending` it is due at once; False when it is not in the state `before`."""
    sql = (
        "UPDATE inbound_messages SET state = ?, due_at = ?, attempts = 0, lease = NULL, finished_at = ?"
        " WHERE tenant_id = ? AND mode = ? AND id = ? AND state = ?"
    )
    finished = now_ms if after == "discarded" else None
    return database.run(sql, (after, now_ms, finished, tenant_id, mode, message_id, before)) == 1


def change_some(tenant_id: str, mode: str, source_id: str, before: str, after: str, now_ms: int, limit: int) -> int:
    """Retry, hold or discard at most `limit` messages of a source that are in a state; returns how many those were."""
    chosen = "SELECT id FROM inbound_messages WHERE tenant_id = ? AND mode = ? AND source_id = ? AND state = ? LIMIT ?"
    sql = f"UPDATE inbound_messages SET state = ?, due_at = ?, attempts = 0, lease = NULL, finished_at = ? WHERE id IN ({chosen}) AND state = ?"
    finished = now_ms if after == "discarded" else None
    return database.run(sql, (after, now_ms, finished, tenant_id, mode, source_id, before, limit, before))


def release_stranded(now_ms: int, limit: int) -> int:
    """Make due what active sources still hold, and discard what removed ones do, for all tenants; returns how many messages that were."""
    count = 0
    for state, finished, condition in (
        ("pending", None, "deleted_at IS NULL AND status = 'active'"),
        ("discarded", now_ms, "deleted_at IS NOT NULL"),
    ):
        chosen = f"SELECT m.id FROM inbound_messages m JOIN inbound_sources s ON s.id = m.source_id WHERE m.state = 'held' AND s.{condition} LIMIT ?"
        sql = f"UPDATE inbound_messages SET state = ?, due_at = ?, finished_at = ? WHERE id IN ({chosen}) AND state = 'held'"
        count += database.run(sql, (state, now_ms, finished, limit))
    return count
