"""Jobs: long work as rows. The rows are the queue, taken under a lease that the taker renews while it works.

As with deliveries, `due_at` of a running job is the end of its lease: a taker that dies needs no sweeper. Whatever a taker
writes about a job also checks that the job is still its own, so two takers never both go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "kind", "state", "done", "total", "input", "progress", "result", "error", "actor", "actor_id", "due_at", "lease",
    "attempts", "cancel_requested", "created_at", "started_at", "finished_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM jobs"
_TAKEN: Final = "id, tenant_id, mode, kind, input, progress, done, total, actor, attempts, cancel_requested, line, secrets"
_MINE: Final = "WHERE id = ? AND lease = ? AND state = 'running'"
Row = dict[str, Any]


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a job that waits: `(id, kind, input, secrets, actor, actor_id, created_at)`, and `line`, which it shares with others, or None."""
    given = [row.get(name) for name in ("id", "kind", "input", "secrets", "actor", "actor_id", "line", "created_at")]
    database.execute(
        "INSERT INTO jobs (tenant_id, mode, state, id, kind, input, secrets, actor, actor_id, line, due_at, created_at)"
        " VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (tenant_id, mode, *given, row["created_at"]),
    )


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(COLUMNS, values, strict=True))


def find(tenant_id: str, mode: str, job_id: str) -> Row | None:
    """Return a job, or None."""
    found = database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, job_id))
    return _row(found) if found else None


def page(tenant_id: str, mode: str, kinds: Sequence[str], before: str, limit: int, *, own: tuple[str, Sequence[str]] = ("", ())) -> list[Row]:
    """Return jobs of these kinds, the newest first; `before` is the id of the last one seen, or empty.

    `own` is an actor with the kinds of which the jobs that this actor began are among them.
    """
    actor_id, owned = own
    among, mine = (", ".join("?" * len(each)) or "NULL" for each in (kinds, owned))
    # Behind the prefix, which differs by kind, ids sort by time.
    sql = (
        f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND (kind IN ({among}) OR (actor_id = ? AND kind IN ({mine})))"
        " AND (? = '' OR SUBSTR(id, 5) < SUBSTR(?, 5)) ORDER BY SUBSTR(id, 5) DESC LIMIT ?"
    )
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, *kinds, actor_id, *owned, before, before, limit))]


def request_cancel(tenant_id: str, mode: str, job_id: str, now_ms: int) -> None:
    """Cancel a job that waits at once; ask one that runs to stop."""
    where = "WHERE tenant_id = ? AND mode = ? AND id = ?"
    database.execute(
        f"UPDATE jobs SET state = 'cancelled', finished_at = ?, secrets = NULL {where} AND state = 'pending'",
        (now_ms, tenant_id, mode, job_id),
    )
    database.execute(f"UPDATE jobs SET cancel_requested = 1 {where} AND state = 'running'", (tenant_id, mode, job_id))


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job taken under a lease. `attempts` counts how often it was taken since it last made progress, this time included.

    What it was given to do lies in `input`, or sealed in `secrets`.
    """

    id: str
    tenant_id: str
    mode: str
    kind: str
    input: str
    progress: str
    done: int
    total: int | None
    actor: str
    attempts: int
    cancel_requested: int
    line: str | None
    secrets: bytes | None


def _taken(row: Sequence[Any]) -> TakenJob:
    sealed = None if row[-1] is None else bytes(row[-1])
    return TakenJob(*(*row[:-1], sealed))


def any_due(now_ms: int) -> bool:
    """Tell cheaply whether there may be something to take."""
    return database.row("SELECT 1 FROM jobs WHERE state IN ('pending', 'running') AND due_at <= ? LIMIT 1", (now_ms,)) is not None


def take(kinds: Sequence[str], lease: str, now_ms: int, until_ms: int, full: Sequence[str] = ()) -> TakenJob | None:
    """Take the job that waits longest, of the tenant with the fewest under way and of no `full` line; None when nothing is due."""
    marks = ", ".join("?" * len(kinds))
    elsewhere = f" AND (j.line IS NULL OR j.line NOT IN ({', '.join('?' * len(full))}))" if full else ""
    skip = "" if database.is_sqlite() else " FOR UPDATE SKIP LOCKED"
    sql = (
        "UPDATE jobs SET state = 'running', due_at = ?, lease = ?, attempts = attempts + 1, started_at = COALESCE(started_at, ?) WHERE id ="
        " (SELECT j.id FROM jobs j WHERE j.state IN ('pending', 'running')"
        f" AND j.due_at <= ? AND j.kind IN ({marks}){elsewhere} ORDER BY (SELECT COUNT(*) FROM jobs o WHERE o.tenant_id = j.tenant_id"
        f" AND o.state = 'running' AND o.due_at > ?), j.due_at LIMIT 1{skip})"
        f" RETURNING {_TAKEN}"
    )
    found = database.row(sql, (until_ms, lease, now_ms, now_ms, *kinds, *full, now_ms))
    return _taken(found) if found else None


def take_one(tenant_id: str, mode: str, job_id: str, lease: str, now_ms: int, until_ms: int) -> TakenJob | None:
    """Take one job that waits; None when somebody else was faster."""
    sql = (
        "UPDATE jobs SET state = 'running', due_at = ?, lease = ?, attempts = attempts + 1, started_at = ?"
        f" WHERE tenant_id = ? AND mode = ? AND id = ? AND state = 'pending' RETURNING {_TAKEN}"
    )
    found = database.row(sql, (until_ms, lease, now_ms, tenant_id, mode, job_id))
    return _taken(found) if found else None


def save(job_id: str, lease: str, done: int, total: int | None, progress: str) -> bool | None:
    """Write how far a job is; True when it should stop, None when it is not ours any more."""
    found = database.row(
        f"UPDATE jobs SET done = ?, total = ?, progress = ?, attempts = 0 {_MINE} RETURNING cancel_requested",
        (done, total, progress, job_id, lease),
    )
    return bool(found[0]) if found else None


def renew(job_id: str, lease: str, until_ms: int) -> bool | None:
    """Extend a job's lease; True when it should stop, None when it is not ours any more."""
    found = database.row(f"UPDATE jobs SET due_at = ? {_MINE} RETURNING cancel_requested", (until_ms, job_id, lease))
    return bool(found[0]) if found else None


def hasten(tenant_id: str, mode: str, job_id: str, now_ms: int) -> None:
    """Make a job due that waits for a later moment."""
    database.execute(
        "UPDATE jobs SET due_at = ? WHERE tenant_id = ? AND mode = ? AND id = ? AND state = 'pending' AND due_at > ?",
        (now_ms, tenant_id, mode, job_id, now_ms),
    )


def finish(job_id: str, lease: str, state: str, result: str | None, error: str | None, now_ms: int) -> bool:
    """Write how a job ended, and forget what was sealed for it; False when it is not ours any more."""
    sql = f"UPDATE jobs SET state = ?, result = ?, error = ?, finished_at = ?, lease = NULL, secrets = NULL {_MINE}"
    return database.run(sql, (state, result, error, now_ms, job_id, lease)) == 1


def give_back(job_id: str, lease: str, due_ms: int) -> None:
    """Make a job that was begun due again; it goes on from where it last saved, and this try does not count."""
    database.execute(
        f"UPDATE jobs SET state = 'pending', due_at = ?, lease = NULL, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END {_MINE}",
        (due_ms, job_id, lease),
    )
