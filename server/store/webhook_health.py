"""How webhooks are doing, kept in their rows: streaks of failures, the circuit breaker, what was warned of, and switching off.

Written once per batch of attempts, never per attempt, so that it survives a restart and costs little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW_MS: Final = 60_000
"""Over how long the share of failures is counted that opens a circuit breaker."""
LEAST_ATTEMPTS: Final = 10
OPENS_AT_TENTHS: Final = 7


@dataclass(slots=True)
class Streak:
    """What a batch of attempts says of a webhook: failures since its last success, how many of each there were in all."""

    webhook_id: str
    at: int
    failures: int = 0
    failed: int = 0
    delivered: int = 0
    parked_until: int | None = None


_STREAK: Final = "id text, at bigint, failures bigint, failed bigint, delivered bigint, parked bigint"
_OPEN: Final = "id text, until bigint"
_FRESH: Final = f"given.at - window_at > {WINDOW_MS}"
_NOTE: Final = (
    "UPDATE webhooks SET last_triggered = given.at,"
    " failure_count = CASE WHEN given.delivered > 0 THEN given.failures ELSE failure_count + given.failures END,"
    " first_failure_at = CASE WHEN given.failures = 0 THEN NULL WHEN given.delivered > 0 THEN given.at"
    " ELSE COALESCE(first_failure_at, given.at) END,"
    " warned = CASE WHEN given.delivered > 0 THEN 0 ELSE warned END,"
    " parked_until = CASE WHEN given.parked > COALESCE(parked_until, 0) THEN given.parked"
    " WHEN given.delivered > 0 AND breaker IS NOT NULL THEN NULL ELSE parked_until END,"
    " breaker = CASE WHEN given.delivered > 0 THEN NULL ELSE breaker END,"
    f" window_at = CASE WHEN {_FRESH} THEN given.at ELSE window_at END,"
    f" window_delivered = CASE WHEN {_FRESH} THEN 0 ELSE window_delivered END + given.delivered,"
    f" window_failed = CASE WHEN {_FRESH} THEN 0 ELSE window_failed END + given.failed"
    " FROM %s WHERE webhooks.id = given.id"
)
_TRIP: Final = (
    "UPDATE webhooks SET breaker = 'open', parked_until = CASE WHEN COALESCE(parked_until, 0) > given.until THEN parked_until ELSE given.until END,"
    " window_at = 0, window_delivered = 0, window_failed = 0 FROM %s WHERE webhooks.id = given.id"
    f" AND (breaker = 'open' OR (window_failed + window_delivered >= {LEAST_ATTEMPTS}"
    f" AND window_failed * 10 >= (window_failed + window_delivered) * {OPENS_AT_TENTHS}))"
)


def note(streaks: Sequence[Streak], open_until_ms: int) -> None:
    """Write what attempts say of their webhooks, and open the breaker of those that fail too often.

    In the order of ids, so that two workers never wait for each other in a circle.
    """
    ordered = sorted(streaks, key=lambda streak: streak.webhook_id)
    if not database.is_sqlite():
        database.rows("SELECT 1 FROM webhooks WHERE id = ANY(?) ORDER BY id FOR NO KEY UPDATE", ([one.webhook_id for one in ordered],))
    told = [(one.webhook_id, one.at, one.failures, one.failed, one.delivered, one.parked_until) for one in ordered]
    database.execute(_NOTE % given.table(_STREAK), (given.rows(told),))
    failing = [(one.webhook_id, open_until_ms) for one in ordered if one.failures]
    if failing:
        database.execute(_TRIP % given.table(_OPEN), (given.rows(failing),))


def probe(webhook_id: str, now_ms: int, until_ms: int) -> bool:
    """Let the caller alone try a webhook whose breaker is open, until that moment; False when somebody else does."""
    sql = "UPDATE webhooks SET parked_until = ? WHERE id = ? AND breaker = 'open' AND COALESCE(parked_until, 0) <= ?"
    return database.run(sql, (until_ms, webhook_id, now_ms)) == 1


def reserve(webhook_ids: Sequence[str]) -> dict[str, int | None]:
    """Hold webhooks for the caller's transaction; returns those that nobody else holds, each with when its throttle opens."""
    if database.is_sqlite():
        marks = ", ".join("?" * len(webhook_ids))
        return dict(database.rows(f"SELECT id, throttled_until FROM webhooks WHERE id IN ({marks})", list(webhook_ids)))
    sql = "SELECT id, throttled_until FROM webhooks WHERE id = ANY(?) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
    return dict(database.rows(sql, (list(webhook_ids),)))


def throttle(webhook_id: str, until_ms: int) -> None:
    """Post nothing to a webhook until a moment, because it has had what it wants of its time."""
    database.execute("UPDATE webhooks SET throttled_until = ? WHERE id = ?", (until_ms, webhook_id))


def park(webhook_id: str, until_ms: int) -> None:
    """Post nothing to a webhook until a moment."""
    database.execute("UPDATE webhooks SET parked_until = ? WHERE id = ?", (until_ms, webhook_id))


class Failing(NamedTuple):
    """A webhook that has only failed for some time, and what it was warned of already, in percent."""

    id: str
    tenant_id: str
    mode: str
    name: str
    url: str
    first_failure_at: int
    last_triggered: int
    failure_count: int
    warned: int


def failing(since_ms: int) -> list[Failing]:
    """Return the active webhooks that have failed since before a moment, without one success."""
    sql = (
        f"SELECT {', '.join(Failing._fields)} FROM webhooks WHERE first_failure_at <= ? AND status = 'active' AND deleted_at IS NULL"
        " AND last_triggered IS NOT NULL"
    )
    return [Failing(*row) for row in database.rows(sql, (since_ms,))]


def fails_with_several(webhook_id: str, since_ms: int) -> bool:
    """Tell whether more than one delivery has failed since a moment, so that it is not one bad event alone."""
    tried = "SELECT 1 FROM deliveries WHERE webhook_id = ? AND state"
    sql = f"SELECT COUNT(*) FROM (SELECT * FROM ({tried} = 'pending' AND attempts > 0 LIMIT 2) AS a UNION ALL SELECT * FROM ({tried} = 'dead'"
    found = database.row(f"{sql} AND finished_at >= ? LIMIT 2) AS b) AS failed", (webhook_id, webhook_id, since_ms))
    return bool(found and found[0] > 1)


def warn(webhook_id: str, before: int, percent: int) -> bool:
    """Note that a webhook was warned of; False when somebody else did, or it has succeeded meanwhile."""
    return database.run("UPDATE webhooks SET warned = ? WHERE id = ? AND warned = ? AND status = 'active'", (percent, webhook_id, before)) == 1


def disable(webhook_id: str, reason: str, at_ms: int) -> bool:
    """Stop delivering to a webhook because of what its receiver did; False when it was not active."""
    sql = "UPDATE webhooks SET status = 'disabled', status_reason = ?, version = version + 1, updated_at = ? WHERE id = ? AND status = 'active'"
    return database.run(sql, (reason, at_ms, webhook_id)) == 1


def named(webhook_id: str) -> dict[str, str]:
    """Return what a webhook is called and where it leads, for a notice."""
    found = database.row("SELECT name, url FROM webhooks WHERE id = ?", (webhook_id,)) or ("", "")
    return {"name": found[0], "url": found[1]}


def forget(webhook_id: str) -> None:
    """Begin anew with a webhook that is switched on again."""
    database.execute(
        "UPDATE webhooks SET failure_count = 0, first_failure_at = NULL, parked_until = NULL, breaker = NULL, warned = 0, window_at = 0,"
        " window_delivered = 0, window_failed = 0 WHERE id = ?",
        (webhook_id,),
    )
