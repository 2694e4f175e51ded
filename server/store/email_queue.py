"""The queue of mail: a row for each recipient, in a lane for each tenant, stream and domain; taken under a lease, settled in lots.

`due_at` of a recipient that is being sent to is the end of its lease, so what a killed sender had in hand is due again by
itself. What has `finished_at` is over, and only then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATES: Final = ("queued", "sending", "deferred", "sent", "delivered", "bounced", "suppressed", "cancelled", "expired", "failed")
"""`sent` ends at a relay, `delivered` at the server of the recipient's domain."""
COLUMNS: Final = (
    "id", "tenant_id", "mode", "message_id", "place", "kind", "address", "domain", "lane", "stream", "state", "due_at", "lease", "attempts",
    "deadline_at",
    "site", "source", "code", "enhanced", "reply", "reason", "provider_id", "created_at", "finished_at",
)  # fmt: skip
Row = dict[str, Any]


class Lane(NamedTuple):
    """Mail of one stream of a tenant for one domain; the lower its priority number, the sooner it is served."""

    name: str
    tenant_id: str
    mode: str
    stream: str
    domain: str
    priority: int


class TakenRecipient(NamedTuple):
    """A recipient taken under a lease; `attempts` were made before this one, `place` counts a message's recipients from 0."""

    id: str
    tenant_id: str
    mode: str
    message_id: str
    place: int
    address: str
    domain: str
    lane: str
    stream: str
    attempts: int
    deadline_at: int
    created_at: int


_TAKEN: Final = ", ".join(TakenRecipient._fields)
_LANE: Final = ", ".join(Lane._fields)


def insert(tenant_id: str, mode: str, message_id: str, recipients: Sequence[Mapping[str, Any]]) -> None:
    """Insert the recipients of a message."""
    sql = f"INSERT INTO email_recipients ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    same = {"tenant_id": tenant_id, "mode": mode, "message_id": message_id, "attempts": 0}
    whole = [{**one, **same, "place": place} for place, one in enumerate(recipients)]
    database.run_many(sql, [[one.get(name) for name in COLUMNS] for one in whole])


def open_lanes(tenant_id: str, mode: str, lanes: Sequence[Lane]) -> None:
    """Make the lanes that are not there yet; each belongs to this tenant."""
    sql = f"INSERT INTO email_lanes ({_LANE}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING"
    database.run_many(sql, [lane._replace(tenant_id=tenant_id, mode=mode) for lane in lanes])


def due_lanes(now_ms: int) -> list[Lane]:
    """Return the lanes of all tenants in which something is due and that are not parked."""
    sql = (
        f"SELECT {_LANE} FROM email_lanes l WHERE parked_until <= ? AND EXISTS"
        " (SELECT 1 FROM email_recipients r WHERE r.lane = l.name AND r.finished_at IS NULL AND r.due_at <= ?)"
    )
    return [Lane(*row) for row in given.gathered(_LANE, sql, (now_ms, now_ms))]


def take(lane: str, limit: int, lease: str, now_ms: int, until_ms: int) -> list[TakenRecipient]:
    """Take those recipients of a lane that have been due longest, until the lease ends; call in a transaction."""
    index, locked = (" INDEXED BY email_recipients_due", "") if database.is_sqlite() else ("", " FOR UPDATE SKIP LOCKED")
    chosen = f"SELECT id FROM email_recipients{index} WHERE lane = ? AND finished_at IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?{locked}"
    # Materialised, because a plan that ran the locking query once a row would take more than it may.
    sql = (
        f"WITH mine AS MATERIALIZED ({chosen}) UPDATE email_recipients SET due_at = ?, lease = ?, state = 'sending'"
        f" WHERE id IN (SELECT id FROM mine) RETURNING {_TAKEN}"
    )
    found = [TakenRecipient(*row) for row in database.rows(sql, (lane, now_ms, limit, until_ms, lease))]
    return sorted(found, key=lambda one: (one.created_at, one.id))


class Ended(NamedTuple):
    """How an attempt left a recipient; without `finished_at` it is tried again at `due_at`."""

    id: str
    state: str
    due_at: int
    attempts: int
    site: str | None
    source: str | None
    code: int | None
    enhanced: str | None
    reply: str | None
    reason: str | None
    finished_at: int | None
    provider_id: str | None = None


_ENDED: Final = (
    "id text, state text, due_at bigint, attempts int, site text, source text, code int, enhanced text, reply text, reason text, finished_at bigint,"
    " provider_id text"
)
_OURS: Final = "WHERE email_recipients.id = given.id AND email_recipients.lease = ?"


def settle(ended: Sequence[Ended], lease: str) -> None:
    """Write how attempts ended; what was lost to another lease meanwhile is left to its new holder."""
    assignments = ", ".join(f"{name} = given.{name}" for name in Ended._fields if name != "id")
    sql = f"UPDATE email_recipients SET {assignments}, lease = NULL FROM {given.table(_ENDED)} {_OURS}"
    database.execute(sql, (given.rows([list(one) for one in ended]), lease))


def renew(recipient_ids: Sequence[str], lease: str, until_ms: int) -> None:
    """Extend the lease of what is still in hand."""
    sql = f"UPDATE email_recipients SET due_at = ? FROM {given.table('id text')} {_OURS}"
    database.execute(sql, (until_ms, given.rows([[one] for one in recipient_ids]), lease))


def give_back(due: Sequence[tuple[str, int]], lease: str) -> None:
    """Put what was taken but not begun back into its lane, due at a moment: `(id, due_at)`."""
    sql = (
        "UPDATE email_recipients SET due_at = given.due_at, lease = NULL, state = CASE WHEN attempts = 0 THEN 'queued' ELSE 'deferred' END"
        f" FROM {given.table('id text, due_at bigint')} {_OURS}"
    )
    database.execute(sql, (given.rows(due), lease))


def park_stream(tenant_id: str, mode: str, stream: str, until_ms: int, reason: str | None) -> None:
    """Take nothing more from the lanes of a stream before a moment; 0 lets them go on."""
    sql = "UPDATE email_lanes SET parked_until = ?, parked_for = ? WHERE tenant_id = ? AND mode = ? AND stream = ?"
    database.execute(sql, (until_ms, reason, tenant_id, mode, stream))


def of_message(tenant_id: str, mode: str, message_id: str) -> list[Row]:
    """Return the recipients of a message."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM email_recipients WHERE tenant_id = ? AND mode = ? AND message_id = ? ORDER BY place"
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(sql, (tenant_id, mode, message_id))]


def find(tenant_id: str, mode: str, recipient_id: str) -> Row | None:
    """Return a recipient, or None."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM email_recipients WHERE tenant_id = ? AND mode = ? AND id = ?"
    found = database.row(sql, (tenant_id, mode, recipient_id))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def find_anywhere(recipient_id: str) -> Row | None:
    """Return a recipient of any tenant's: a return path with our mark names it, and it names the tenant."""
    found = database.row(f"SELECT {', '.join(COLUMNS)} FROM email_recipients WHERE id = ?", (recipient_id,))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def of_provider(tenant_id: str, mode: str, provider_ids: Sequence[str]) -> list[Row]:
    """Return the recipients whose copies a provider took under one of these ids of its own."""
    marks = ", ".join("?" * len(provider_ids))
    sql = f"SELECT {', '.join(COLUMNS)} FROM email_recipients WHERE tenant_id = ? AND mode = ? AND provider_id IN ({marks})"
    found = database.rows(sql, (tenant_id, mode, *provider_ids)) if provider_ids else []
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def arrive(tenant_id: str, mode: str, recipient_id: str, now_ms: int) -> bool:
    """Note that what a relay took has arrived, also where its answer was lost; False for what came back or arrived before."""
    sql = (
        "UPDATE email_recipients SET state = 'delivered', reason = NULL, finished_at = ?, lease = NULL WHERE tenant_id = ? AND mode = ? AND id = ?"
        " AND state IN ('sent', 'deferred', 'sending') AND (lease IS NULL OR due_at <= ?)"
    )
    return database.run(sql, (now_ms, tenant_id, mode, recipient_id, now_ms)) == 1


def finish(tenant_id: str, mode: str, recipient_id: str, state: str, reason: str, now_ms: int) -> bool:
    """End what waits, or change how something ended, as a returned message does; False when it is being sent or was so already."""
    sql = (
        "UPDATE email_recipients SET state = ?, reason = ?, finished_at = ?, lease = NULL WHERE tenant_id = ? AND mode = ? AND id = ?"
        " AND state <> ? AND (lease IS NULL OR due_at <= ?)"
    )
    return database.run(sql, (state, reason, now_ms, tenant_id, mode, recipient_id, state, now_ms)) == 1


def cancel(tenant_id: str, mode: str, message_id: str, now_ms: int) -> list[tuple[str, str]]:
    """Cancel the recipients of a message that nobody is sending to just now; returns `(id, address)` of those."""
    sql = (
        "UPDATE email_recipients SET state = 'cancelled', finished_at = ?, lease = NULL WHERE tenant_id = ? AND mode = ? AND message_id = ?"
        " AND finished_at IS NULL AND (lease IS NULL OR due_at <= ?) RETURNING id, address"
    )
    return [(row[0], row[1]) for row in database.rows(sql, (now_ms, tenant_id, mode, message_id, now_ms))]


def of_messages(tenant_id: str, mode: str, message_ids: Sequence[str]) -> dict[str, list[Row]]:
    """Return the recipients of several messages, by message."""
    columns = ", ".join(f"r.{name}" for name in COLUMNS)
    sql = (
        f"SELECT {columns} FROM {given.table('id text')} JOIN email_recipients r ON r.message_id = given.id"
        " WHERE r.tenant_id = ? AND r.mode = ? ORDER BY r.place"
    )
    found: dict[str, list[Row]] = {one: [] for one in message_ids}
    for row in database.rows(sql, (given.rows([[one] for one in message_ids]), tenant_id, mode)):
        one = dict(zip(COLUMNS, row, strict=True))
        found[one["message_id"]].append(one)
    return found


def depth(tenant_id: str, mode: str) -> list[tuple[str, str, int, int]]:
    """Return `(stream, state, recipients, oldest created_at)` of what a tenant still waits for."""
    sql = (
        "SELECT r.stream, r.state, COUNT(*), MIN(r.created_at) FROM email_lanes l JOIN email_recipients r ON r.lane = l.name"
        " WHERE l.tenant_id = ? AND l.mode = ? AND r.finished_at IS NULL GROUP BY r.stream, r.state"
    )
    return [(row[0], row[1], row[2], row[3]) for row in database.rows(sql, (tenant_id, mode))]


def drop_empty_lanes(limit: int) -> int:
    """Remove lanes without any work, for all tenants; returns how many those were. One that is needed again is made again."""
    chosen = (
        "SELECT name FROM email_lanes l WHERE parked_until = 0 AND NOT EXISTS"
        " (SELECT 1 FROM email_recipients r WHERE r.lane = l.name AND r.finished_at IS NULL) LIMIT ?"
    )
    return database.run(f"DELETE FROM email_lanes WHERE name IN ({chosen})", (limit,))


def reopen_lanes(priorities: Mapping[str, int]) -> int:
    """Make the lanes that mail waits in although they are gone, for all tenants; returns how many those were. By kind of stream, its priority."""
    kinds = " ".join("WHEN ? THEN CAST(? AS INTEGER)" for _ in priorities)
    sql = (
        f"INSERT INTO email_lanes ({_LANE}) SELECT DISTINCT r.lane, r.tenant_id, r.mode, r.stream, r.domain, COALESCE((SELECT CASE s.kind {kinds} END"
        " FROM email_streams s WHERE s.tenant_id = r.tenant_id AND s.mode = r.mode AND s.name = r.stream), 0) FROM email_recipients r"
        " WHERE r.finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM email_lanes l WHERE l.name = r.lane) ON CONFLICT (name) DO NOTHING"
    )
    return database.run(sql, [value for pair in priorities.items() for value in pair])
