"""Deliveries: what is owed to which webhook. The rows are the queue.

Taking a row pushes its `due_at` behind the end of the lease and writes the taker's name: a taker that dies needs no
sweeper, its rows become due again by themselves. States: pending, delivered, held, dead, cancelled. Whatever touches many
rows of one webhook takes a limit, so that a backlog of a million never sits in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import orjson

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATES: Final = ("pending", "delivered", "held", "dead", "cancelled")
_INSERT: Final = (
    "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, ordering_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


_PLACE: Final = "UPDATE deliveries SET place = (SELECT position FROM events WHERE id = ?) WHERE id = ?"


def insert(tenant_id: str, mode: str, owed: Sequence[tuple[str, str, str, str | None]], event: tuple[str, str], at_ms: int) -> None:
    """Owe one event `(id, type)` to webhooks, each `(delivery id, webhook id, state, ordering key)`; due at once.

    Without an ordering key a delivery waits for no other; with one its place in line is the event's in the order of all events.
    """
    event_id, event_type = event
    for delivery_id, webhook_id, state, ordering_key in owed:
        database.execute(_INSERT, (delivery_id, tenant_id, mode, webhook_id, event_id, event_type, state, at_ms, at_ms, ordering_key))
        if ordering_key is not None:
            database.execute(_PLACE, (event_id, delivery_id))


_DUE_WEBHOOKS: Final = """
WITH RECURSIVE waiting(webhook_id) AS (
  SELECT MIN(webhook_id) FROM deliveries WHERE state = 'pending'
  UNION ALL
  SELECT (SELECT MIN(d.webhook_id) FROM deliveries d WHERE d.state = 'pending' AND d.webhook_id > waiting.webhook_id)
  FROM waiting WHERE waiting.webhook_id IS NOT NULL)
SELECT waiting.webhook_id, w.status, w.version, w.deleted_at, w.breaker
FROM waiting LEFT JOIN webhooks w ON w.id = waiting.webhook_id
WHERE waiting.webhook_id IS NOT NULL AND (w.status <> 'active'
  OR (COALESCE(w.parked_until, 0) <= ? AND COALESCE(w.throttled_until, 0) <= ?))
  AND EXISTS (SELECT 1 FROM deliveries d WHERE d.state = 'pending' AND d.webhook_id = waiting.webhook_id AND d.due_at <= ?)
"""
_HELD_WEBHOOKS: Final = """
WITH RECURSIVE holding(webhook_id) AS (
  SELECT MIN(webhook_id) FROM deliveries WHERE state = 'held'
  UNION ALL
  SELECT (SELECT MIN(d.webhook_id) FROM deliveries d WHERE d.state = 'held' AND d.webhook_id > holding.webhook_id)
  FROM holding WHERE holding.webhook_id IS NOT NULL)
SELECT holding.webhook_id, w.status, w.version, w.deleted_at, w.breaker
FROM holding LEFT JOIN webhooks w ON w.id = holding.webhook_id
WHERE holding.webhook_id IS NOT NULL AND (w.id IS NULL OR w.status = 'active' OR w.deleted_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A webhook with rows to look after; `status` is None when the webhook itself is gone."""

    id: str
    status: str | None
    version: int | None
    deleted_at: int | None
    breaker: str | None = None

    COLUMNS: ClassVar = "webhook_id, status, version, deleted_at, breaker"

    @property
    def is_open(self) -> bool:
        """Whether it is delivered to."""
        return self.status == "active" and self.deleted_at is None

    @property
    def removed(self) -> bool:
        """Whether what it is owed has nowhere to go."""
        return self.status is None or self.deleted_at is not None


class Taken(NamedTuple):
    """A delivery taken under a lease. `attempts` were made before this one, `attempts_before` of them before it was replayed."""

    id: str
    tenant_id: str
    mode: str
    webhook_id: str
    event_id: str
    event_type: str
    attempts: int
    attempts_before: int
    created_at: int


TAKEN: Final = "id, tenant_id, mode, webhook_id, event_id, event_type, attempts, attempts_before, created_at"


def due_webhooks(now_ms: int) -> list[Due]:
    """Return every webhook with a delivery that is due; the time this takes grows with webhooks, not with deliveries."""
    return [Due(*row) for row in given.gathered(Due.COLUMNS, _DUE_WEBHOOKS, (now_ms, now_ms, now_ms))]


def stranded_webhooks() -> list[Due]:
    """Return every webhook that holds deliveries although it is active, or removed."""
    return [Due(*row) for row in database.rows(_HELD_WEBHOOKS)]


_CHOOSE_ON_SQLITE: Final = (
    f"SELECT json_array({TAKEN}) FROM (SELECT {TAKEN} FROM deliveries INDEXED BY deliveries_due"
    " WHERE webhook_id = ? AND state = 'pending' AND due_at <= ? ORDER BY due_at LIMIT ?)"
)
_LEASE_ON_SQLITE: Final = "UPDATE deliveries SET due_at = ?, lease = ? WHERE id IN (SELECT value FROM json_each(?))"
# Materialised, because a plan that ran the locking query twice would take more than it may.
_TAKE_ON_POSTGRES: Final = (
    "WITH mine AS MATERIALIZED (SELECT d.id FROM unnest(?::text[], ?::int[]) AS wanted(webhook_id, room) CROSS JOIN LATERAL"
    " (SELECT id FROM deliveries WHERE webhook_id = wanted.webhook_id AND state = 'pending' AND due_at <= ? ORDER BY due_at"
    " LIMIT wanted.room FOR UPDATE SKIP LOCKED) d)"
    f" UPDATE deliveries SET due_at = ?, lease = ? WHERE id IN (SELECT id FROM mine) RETURNING {TAKEN}"
)
# So many webhooks are chosen from in one statement, so that there are few statements, each prepared once.
_LOTS: Final = (1, 5, 20, 100)


def take(wanted: Mapping[str, int], lease: str, now_ms: int, until_ms: int) -> list[Taken]:
    """Take so many deliveries of each webhook, those that have been due longest, until the lease ends; call in a transaction."""
    if database.is_sqlite():
        found: Sequence[Sequence[Any]] = _take_on_sqlite(list(wanted.items()), lease, now_ms, until_ms)
    else:
        found = database.rows(_TAKE_ON_POSTGRES, (list(wanted), list(wanted.values()), now_ms, until_ms, lease))
    return sorted((Taken(*row) for row in found), key=lambda one: (one.created_at, one.id))


def _take_on_sqlite(wanted: list[tuple[str, int]], lease: str, now_ms: int, until_ms: int) -> list[Sequence[Any]]:
    """Choose and lease in two steps, however many webhooks there are; see `given` for the reason."""
    found: list[Sequence[Any]] = []
    while wanted:
        part, wanted = wanted[: _LOTS[-1]], wanted[_LOTS[-1] :]
        lot = next(size for size in _LOTS if size >= len(part))
        values = [value for webhook_id, room in (*part, *[("", 0)] * (lot - len(part))) for value in (webhook_id, now_ms, room)]
        chosen = database.row(_choose(lot), values)
        found += orjson.loads(chosen[0]) if chosen else []
    database.execute(_LEASE_ON_SQLITE, (until_ms, lease, given.rows([row[0] for row in found])))
    return found


@cache
def _choose(lot: int) -> str:
    choices = " UNION ALL ".join(f"SELECT * FROM ({_CHOOSE_ON_SQLITE})" for _ in range(lot))
    return f"SELECT json_group_array(json(chosen)) FROM (SELECT NULL AS chosen WHERE 0 UNION ALL {choices})"


Ended = tuple[str, str, int, int, int | None, str | None, int | None]
"""How an attempt left its delivery: `(id, state, due_at, attempts, status, error, finished_at)`."""
_ENDED: Final = "id text, state text, due_at bigint, attempts int, status int, error text, finished_at bigint"
# The state in an expression, so that no plan walks all that is pending instead of looking up the given ids.
_OURS: Final = "WHERE deliveries.id = given.id AND deliveries.lease = ? AND deliveries.state || '' = 'pending'"


def settle(ended: Sequence[Ended], lease: str) -> None:
    """Write how deliveries ended; one whose lease was lost meanwhile is left to its new holder."""
    database.execute(
        "UPDATE deliveries SET state = given.state, due_at = given.due_at, lease = NULL, attempts = given.attempts, last_status = given.status,"
        f" last_error = given.error, finished_at = given.finished_at FROM {given.table(_ENDED)} {_OURS}",
        (given.rows(ended), lease),
    )


def renew(delivery_ids: Sequence[str], lease: str, until_ms: int) -> None:
    """Extend the lease of deliveries that are still in hand."""
    sql = f"UPDATE deliveries SET due_at = ? FROM {given.table('id text')} {_OURS}"
    database.execute(sql, (until_ms, given.rows([[one] for one in delivery_ids]), lease))


def give_back(delivery_ids: Sequence[str], lease: str, now_ms: int) -> None:
    """Make deliveries that were taken but not begun due again."""
    sql = f"UPDATE deliveries SET due_at = ?, lease = NULL FROM {given.table('id text')} {_OURS}"
    database.execute(sql, (now_ms, given.rows([[one] for one in delivery_ids]), lease))


_FREE: Final = "state = 'pending' AND (lease IS NULL OR due_at <= ?)"


def _change_some(assignments: str, where: str, values: Sequence[Any], limit: int) -> int:
    return database.run(f"UPDATE deliveries SET {assignments} WHERE id IN (SELECT id FROM deliveries WHERE {where} LIMIT ?)", (*values, limit))


def hold(webhook_id: str, now_ms: int, limit: int) -> int:
    """Hold what a webhook is owed and nobody has in hand; returns how many rows that were, at most `limit`."""
    return _change_some("state = 'held', lease = NULL", f"webhook_id = ? AND {_FREE}", (webhook_id, now_ms), limit)


def unhold(webhook_id: str, now_ms: int, limit: int) -> int:
    """Make what was held due; returns how many rows that were, at most `limit`."""
    return _change_some("state = 'pending', due_at = ?", "webhook_id = ? AND state = 'held'", (now_ms, webhook_id), limit)


def cancel(webhook_id: str, now_ms: int, limit: int) -> int:
    """Cancel what a removed webhook is still owed; returns how many rows that were, at most `limit`."""
    where = "webhook_id = ? AND state IN ('pending', 'held')"
    return _change_some("state = 'cancelled', lease = NULL, finished_at = ?", where, (now_ms, webhook_id), limit)


_COLUMNS: Final = (
    "id", "webhook_id", "event_id", "event_type", "state", "due_at", "lease", "attempts", "attempts_before", "last_status", "last_error",
    "created_at", "finished_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM deliveries WHERE tenant_id = ? AND mode = ? AND webhook_id = ?"
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(_COLUMNS, values, strict=True))


def find(tenant_id: str, mode: str, webhook_id: str, delivery_id: str) -> Row | None:
    """Return a delivery of a webhook, or None."""
    found = database.row(f"{_SELECT} AND id = ?", (tenant_id, mode, webhook_id, delivery_id))
    return _row(found) if found else None


def page(
    tenant_id: str, mode: str, webhook_id: str, states: Sequence[str], before: str, limit: int, event_type: str = "", since_ms: int = 0
) -> list[Row]:
    """Return a webhook's deliveries in these states, the newest first; `before` is the last id seen, or empty."""
    sql = f"{_SELECT} AND state = ? AND created_at >= ? AND (? = '' OR id < ?) AND (? = '' OR event_type = ?) ORDER BY id DESC LIMIT ?"
    found: list[Row] = []
    for state in states:  # one ordered walk of the index per state, where a single query would sort every row of the webhook
        values = (tenant_id, mode, webhook_id, state, since_ms, before, before, event_type, event_type, limit)
        found += map(_row, database.rows(sql, values))
    return sorted(found, key=lambda row: str(row["id"]), reverse=True)[:limit]


def page_of_several(
    tenant_id: str, mode: str, webhook_ids: Sequence[str], states: Sequence[str], before: str, limit: int, event_type: str = "", since_ms: int = 0
) -> list[Row]:
    """Return the deliveries of several webhooks in these states, the newest first; the time this takes grows with webhooks, not with deliveries."""
    found = (row for one in webhook_ids for row in page(tenant_id, mode, one, states, before, limit, event_type, since_ms))
    return nlargest(limit, found, key=lambda row: str(row["id"]))


_OF: Final = "EXISTS (SELECT 1 FROM webhooks w WHERE w.tenant_id = ? AND w.mode = ? AND w.id = d.webhook_id)"


def counts(tenant_id: str, mode: str, webhook_id: str | None) -> dict[str, int]:
    """Return how many deliveries of a webhook, or of all of a tenant's, are in each state."""
    if webhook_id is not None:
        sql = f"SELECT state, COUNT(*) FROM deliveries d WHERE state IN ({', '.join('?' * len(STATES))}) AND webhook_id = ? AND {_OF} GROUP BY state"
        return dict.fromkeys(STATES, 0) | dict(database.rows(sql, (*STATES, webhook_id, tenant_id, mode)))
    total = dict.fromkeys(STATES, 0)
    for (one,) in database.rows("SELECT id FROM webhooks WHERE tenant_id = ? AND mode = ?", (tenant_id, mode)):
        for state, number in counts(tenant_id, mode, one).items():
            total[state] += number
    return total


def oldest_due(tenant_id: str, mode: str, webhook_id: str | None, now_ms: int) -> int | None:
    """Return since when the oldest delivery is due of a webhook, or of all of a tenant's, that is delivered to; None when none is."""
    sql = (
        "SELECT MIN((SELECT MIN(d.due_at) FROM deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending')) FROM webhooks w"
        " WHERE w.tenant_id = ? AND w.mode = ? AND w.status = 'active' AND w.deleted_at IS NULL AND COALESCE(w.parked_until, 0) <= ?"
        " AND COALESCE(w.throttled_until, 0) <= ? AND (CAST(? AS text) IS NULL OR w.id = ?)"
    )
    found = database.row(sql, (tenant_id, mode, now_ms, now_ms, webhook_id, webhook_id))
    return found[0] if found and found[0] is not None and found[0] <= now_ms else None


def newest(tenant_id: str, mode: str, webhook_id: str, state: str, limit: int) -> list[str]:
    """Return ids of a webhook's deliveries in a state, the newest first."""
    sql = "SELECT id FROM deliveries WHERE tenant_id = ? AND mode = ? AND webhook_id = ? AND state = ? ORDER BY id DESC LIMIT ?"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, webhook_id, state, limit))]


_AGAIN: Final = "state = ?, due_at = ?, lease = NULL, attempts_before = attempts, finished_at = NULL"


def replay(tenant_id: str, mode: str, webhook_id: str, delivery_id: str, state: str, now_ms: int) -> None:
    """Owe a delivery again from now on, with as many attempts as a new one; one that is in hand is left alone."""
    database.execute(
        f"UPDATE deliveries SET {_AGAIN} WHERE tenant_id = ? AND mode = ? AND webhook_id = ? AND id = ?"
        " AND NOT (state = 'pending' AND lease IS NOT NULL AND due_at > ?)",
        (state, now_ms, tenant_id, mode, webhook_id, delivery_id, now_ms),
    )


def replay_many(tenant_id: str, mode: str, due: Sequence[tuple[str, int]], state: str) -> None:
    """Owe finished deliveries `(id, due_at)` again."""
    again = _AGAIN.replace("due_at = ?", "due_at = given.due_at")
    sql = (
        f"UPDATE deliveries SET {again} FROM {given.table('id text, due_at bigint')}"
        " WHERE deliveries.id = given.id AND tenant_id = ? AND mode = ? AND deliveries.state || '' IN ('delivered', 'dead', 'cancelled')"
    )
    database.execute(sql, (state, given.rows(due), tenant_id, mode))


def finished_between(
    tenant_id: str, mode: str, webhook_id: str, state: str, span: tuple[int, int], after: str, limit: int, event_type: str = ""
) -> list[str]:
    """Return ids of a webhook's deliveries in a state, made in a span of time (its end not included), behind an id.

    `event_type` is a name, or a beginning that ends in a dot.
    """
    sql = (
        "SELECT id FROM deliveries WHERE tenant_id = ? AND mode = ? AND webhook_id = ? AND state = ? AND created_at >= ? AND created_at < ?"
        " AND event_type LIKE ? AND id > ? ORDER BY id LIMIT ?"
    )
    pattern = f"{event_type}%" if event_type.endswith(".") else event_type or "%"
    values = (tenant_id, mode, webhook_id, state, *span, pattern, after, limit)
    return [row[0] for row in database.rows(sql, values)]


_MISSING: Final = "id text, event_id text, event_type text, due_at bigint, ordering_key text"


def insert_missing(tenant_id: str, mode: str, webhook_id: str, owed: Sequence[tuple[str, str, str, int, str | None]], state: str, now_ms: int) -> int:
    """Owe a webhook events `(delivery id, event id, type, due_at, ordering key)` that it was never owed; returns how many those were."""
    sql = (
        "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, ordering_key, place)"
        " SELECT given.id, CAST(? AS text), CAST(? AS text), CAST(? AS text), given.event_id, given.event_type, CAST(? AS text), given.due_at,"
        " CAST(? AS bigint), given.ordering_key, CASE WHEN given.ordering_key IS NOT NULL THEN (SELECT position FROM events e"
        f" WHERE e.id = given.event_id) END FROM {given.table(_MISSING)} WHERE true ON CONFLICT (event_id, webhook_id) DO NOTHING"
    )
    return database.run(sql, (tenant_id, mode, webhook_id, state, now_ms, given.rows(owed)))


def cancel_one(tenant_id: str, mode: str, webhook_id: str, delivery_id: str, now_ms: int) -> bool:
    """Cancel a delivery that is owed, or a dead letter; False when it is being posted or has ended."""
    sql = (
        "UPDATE deliveries SET state = 'cancelled', lease = NULL, finished_at = ? WHERE tenant_id = ? AND mode = ? AND webhook_id = ? AND id = ?"
        f" AND (state IN ('held', 'dead') OR ({_FREE}))"
    )
    return database.run(sql, (now_ms, tenant_id, mode, webhook_id, delivery_id, now_ms)) == 1


def depth(now_ms: int, most: int) -> tuple[int, int | None]:
    """Return how many deliveries are due, counted up to `most`, and since when the oldest of them is."""
    index = "INDEXED BY deliveries_due" if database.is_sqlite() else ""
    due = f"SELECT 1 FROM deliveries {index} WHERE state = 'pending' AND due_at <= ?"
    counted = database.row(f"SELECT COUNT(*) FROM ({due} LIMIT ?) AS due", (now_ms, most))
    oldest = [
        database.row("SELECT MIN(due_at) FROM deliveries WHERE state = 'pending' AND webhook_id = ?", (webhook.id,))
        for webhook in due_webhooks(now_ms)
    ]
    return int(counted[0]) if counted else 0, min((found[0] for found in oldest if found and found[0] is not None), default=None)


def count_in(state: str, most: int) -> int:
    """Return how many deliveries of all tenants are in a state, counted up to `most`."""
    found = database.row("SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE state = ? LIMIT ?) AS counted", (state, most))
    return int(found[0]) if found else 0
