"""Deliveries: what is owed to which webhook. The rows are the queue.

Taking a row pushes its `due_at` behind the end of the lease and writes the taker's name: a taker that dies needs no
sweeper, its rows become due again by themselves. States: pending, delivered, held, dead, cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSERT = (
    "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, ordering_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def insert(tenant_id: str, mode: str, owed: Sequence[tuple[str, str, str]], event: tuple[str, str], at_ms: int, ordering_key: str) -> None:
    """Owe one event `(id, type)` to webhooks, each `(delivery id, webhook id, state)`; due at once."""
    event_id, event_type = event
    for delivery_id, webhook_id, state in owed:
        database.execute(_INSERT, (delivery_id, tenant_id, mode, webhook_id, event_id, event_type, state, at_ms, at_ms, ordering_key))


_DUE_WEBHOOKS = """
WITH RECURSIVE waiting(webhook_id) AS (
  SELECT MIN(webhook_id) FROM deliveries WHERE state = 'pending'
  UNION ALL
  SELECT (SELECT MIN(d.webhook_id) FROM deliveries d WHERE d.state = 'pending' AND d.webhook_id > waiting.webhook_id)
  FROM waiting WHERE waiting.webhook_id IS NOT NULL)
SELECT waiting.webhook_id, w.status, w.url, w.secrets, w.headers, w.options, w.version, w.tenant_id, w.mode
FROM waiting JOIN webhooks w ON w.id = waiting.webhook_id
WHERE (w.parked_until IS NULL OR w.parked_until <= ?)
  AND EXISTS (SELECT 1 FROM deliveries d WHERE d.state = 'pending' AND d.webhook_id = waiting.webhook_id AND d.due_at <= ?)
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook with work that is due, as the loop needs it; secrets and headers are sealed."""

    id: str
    status: str
    url: str
    secrets: bytes
    headers: bytes | None
    options: str
    version: int
    tenant_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery taken under a lease. `attempts` were made before this one."""

    id: str
    tenant_id: str
    mode: str
    webhook_id: str
    event_id: str
    event_type: str
    attempts: int
    created_at: int


def due_webhooks(now_ms: int) -> list[Target]:
    """Return every webhook with a delivery that is due; the time this takes grows with webhooks, not with deliveries."""
    return [
        Target(row[0], row[1], row[2], bytes(row[3]), bytes(row[4]) if row[4] is not None else None, *row[5:])
        for row in database.rows(_DUE_WEBHOOKS, (now_ms, now_ms))
    ]


def take(webhook_id: str, lease: str, now_ms: int, until_ms: int, limit: int) -> list[Taken]:
    """Take the deliveries of one webhook that have been due longest, until the lease ends."""
    skip = "" if database.is_sqlite() else " FOR UPDATE SKIP LOCKED"
    sql = (
        "UPDATE deliveries SET due_at = ?, lease = ? WHERE id IN"
        " (SELECT id FROM deliveries WHERE webhook_id = ? AND state = 'pending' AND due_at <= ?"
        f" ORDER BY due_at LIMIT ?{skip}) RETURNING id, tenant_id, mode, webhook_id, event_id, event_type, attempts, created_at"
    )
    return [Taken(*row) for row in database.rows(sql, (until_ms, lease, webhook_id, now_ms, limit))]


def bodies(event_ids: Sequence[str]) -> dict[str, bytes]:
    """Return the bodies of events by id; one that retention removed is not among them."""
    found: dict[str, bytes] = {}
    for start in range(0, len(event_ids), 500):
        part = event_ids[start : start + 500]
        found |= {row[0]: bytes(row[1]) for row in database.rows(f"SELECT id, body FROM events WHERE id IN ({', '.join('?' * len(part))})", part)}
    return found


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt left its delivery: the state it has now, and when it is due again if it is pending."""

    delivery_id: str
    lease: str
    state: str
    due_at: int
    attempts: int
    status: int | None
    error: str | None
    finished_at: int | None


def settle(ended: Sequence[Ended]) -> None:
    """Write how deliveries ended; one whose lease was lost meanwhile is left to its new holder."""
    database.run_many(
        "UPDATE deliveries SET state = ?, due_at = ?, lease = NULL, attempts = ?, last_status = ?, last_error = ?, finished_at = ?"
        " WHERE id = ? AND lease = ? AND state = 'pending'",
        [(one.state, one.due_at, one.attempts, one.status, one.error, one.finished_at, one.delivery_id, one.lease) for one in ended],
    )


def renew(delivery_ids: Sequence[str], lease: str, until_ms: int) -> None:
    """Extend the lease of deliveries that are still under way."""
    database.run_many(
        "UPDATE deliveries SET due_at = ? WHERE id = ? AND lease = ? AND state = 'pending'", [(until_ms, one, lease) for one in delivery_ids]
    )


def give_back(delivery_ids: Sequence[str], lease: str, now_ms: int) -> None:
    """Make deliveries that were taken but not begun due again."""
    database.run_many(
        "UPDATE deliveries SET due_at = ?, lease = NULL WHERE id = ? AND lease = ? AND state = 'pending'",
        [(now_ms, one, lease) for one in delivery_ids],
    )


def hold(webhook_id: str) -> int:
    """Hold what a webhook is owed while it is paused or disabled; what is under way ends by itself."""
    return database.run(
        "UPDATE deliveries SET state = 'held', lease = NULL WHERE webhook_id = ? AND state = 'pending' AND lease IS NULL", (webhook_id,)
    )


def unhold(webhook_id: str, now_ms: int) -> int:
    """Make what was held due."""
    return database.run("UPDATE deliveries SET state = 'pending', due_at = ? WHERE webhook_id = ? AND state = 'held'", (now_ms, webhook_id))


def cancel(webhook_id: str, now_ms: int) -> int:
    """Cancel what a removed webhook is still owed."""
    return database.run(
        "UPDATE deliveries SET state = 'cancelled', lease = NULL, finished_at = ? WHERE webhook_id = ? AND state IN ('pending', 'held')",
        (now_ms, webhook_id),
    )


def insert_attempts(attempts: Sequence[tuple[Any, ...]]) -> None:
    """Append attempts, in the order of the columns; a repeated number of one delivery is ignored."""
    database.run_many(
        "INSERT INTO attempts (id, tenant_id, mode, webhook_id, delivery_id, number, started_at, total_ms, timings, address, status, error,"
        " request, response)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (delivery_id, number) DO NOTHING",
        attempts,
    )


def mark_triggered(outcomes: Sequence[tuple[int, int, str]]) -> None:
    """Write for webhooks `(moment, failures since the last success, id)`: a success sets the count to zero."""
    database.run_many(
        "UPDATE webhooks SET last_triggered = ?, failure_count = CASE WHEN ? = 0 THEN 0 ELSE failure_count + ? END WHERE id = ?",
        [(at, failures, failures, webhook_id) for at, failures, webhook_id in outcomes],
    )
