"""Events: immutable facts, kept in commit order until retention removes them.

The order is `(xact, position)`. SQLite has one writer, so `position` alone is commit order and `xact` is 0. On PostgreSQL
transactions commit in another order than they took their positions; there an event carries its transaction's number, and
readers only go up to the oldest transaction still open, so a late commit is never skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE: Final = "test"
"""What a made-up event says it is about; lists and streams leave it out."""
_INSERT: Final = "INSERT INTO events (id, tenant_id, mode, type, object, object_id, created_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def insert(tenant_id: str, mode: str, event: Sequence[Any]) -> None:
    """Insert `(id, type, object, object_id, created_at, body)`."""
    event_id, *rest = event
    database.execute(_INSERT, (event_id, tenant_id, mode, *rest))


def find(tenant_id: str, mode: str, event_id: str) -> bytes | None:
    """Return the body of an event exactly as it is sent, or None."""
    found = database.row("SELECT body FROM events WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, event_id))
    return bytes(found[0]) if found else None


def bodies(event_ids: Sequence[str]) -> dict[str, bytes]:
    """Return the bodies of events by id; one that retention removed is not among them."""
    if not database.is_sqlite():
        return {row[0]: bytes(row[1]) for row in database.rows("SELECT id, body FROM events WHERE id = ANY(?)", (list(event_ids),))}
    sql = "SELECT json_group_object(id, CAST(body AS TEXT)) FROM events WHERE id IN (SELECT value FROM json_each(?))"
    found = database.row(sql, (given.rows(event_ids),))
    return {event_id: body.encode() for event_id, body in orjson.loads(found[0]).items()} if found else {}


def _horizon() -> str:
    return "" if database.is_sqlite() else " AND xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


Place = tuple[int, int]
FIRST: Final[Place] = (-1, -1)
_READ: Final = "SELECT xact, position, type, body FROM events WHERE"


def after(tenant_id: str, mode: str, place: Place, limit: int, types: Sequence[str] = (), since_ms: int = 0) -> list[tuple[Place, str, bytes]]:
    """Return `(place, type, body)` behind a place in commit order; `types` are exact names, or prefixes ending in a dot."""
    sql = f"{_READ} tenant_id = ? AND mode = ? AND (xact, position) > (?, ?) AND created_at >= ? AND object <> '{SAMPLE}'"
    condition, values = _of_types(types)
    found = database.rows(f"{sql}{condition}{_horizon()} ORDER BY xact, position LIMIT ?", (tenant_id, mode, *place, since_ms, *values, limit))
    return [((row[0], row[1]), row[2], bytes(row[3])) for row in found]


def _of_types(types: Sequence[str]) -> tuple[str, list[str]]:
    if not types:
        return "", []
    condition = " AND (" + " OR ".join("type LIKE ?" if name.endswith(".") else "type = ?" for name in types) + ")"
    return condition, [name + "%" if name.endswith(".") else name for name in types]


def of_all(place: Place, limit: int) -> list[tuple[Place, str, bytes]]:
    """Return `(place, type, body)` of every tenant's events behind a place in commit order."""
    sql = f"{_READ} (xact, position) > (?, ?) AND object <> '{SAMPLE}'{_horizon()} ORDER BY xact, position LIMIT ?"
    if database.is_sqlite():  # there the position alone is the order, and the primary key
        sql = f"{_READ} ? <= 0 AND position > ? AND object <> '{SAMPLE}' ORDER BY position LIMIT ?"
    return [((row[0], row[1]), row[2], bytes(row[3])) for row in database.rows(sql, (*place, limit))]


def about(tenant_id: str, mode: str, object_id: str, limit: int) -> list[bytes]:
    """Return the newest events about one object, newest first."""
    sql = "SELECT body FROM events WHERE tenant_id = ? AND mode = ? AND object_id = ? ORDER BY position DESC LIMIT ?"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, object_id, limit))]


def everywhere(place: tuple[int, int], limit: int) -> list[tuple[int, int, str, str, str, str]]:
    """Return `(xact, position, tenant, mode, object, object id)` of every tenant's events behind a place in commit order."""
    select = "SELECT xact, position, tenant_id, mode, object, object_id FROM events"
    # On SQLite the position alone is the order, and the primary key.
    if database.is_sqlite():
        return [tuple(row) for row in database.rows(f"{select} WHERE position > ? ORDER BY position LIMIT ?", (place[1], limit))]
    sql = f"{select} WHERE (xact, position) > (?, ?){_horizon()} ORDER BY xact, position LIMIT ?"
    return [tuple(row) for row in database.rows(sql, (*place, limit))]


def touched(tenant_id: str, mode: str, noun: str, place: Place, limit: int) -> list[tuple[Place, str]]:
    """Return `(place, object id)` of a tenant's events about one kind of object behind a place in commit order."""
    sql = f"SELECT xact, position, object_id FROM events WHERE tenant_id = ? AND mode = ? AND (xact, position) > (?, ?) AND object = ?{_horizon()}"
    found = database.rows(f"{sql} ORDER BY xact, position LIMIT ?", (tenant_id, mode, *place, noun, limit))
    return [((row[0], row[1]), row[2]) for row in found]


def newest() -> tuple[int, int]:
    """Return the place of the last event that is safely in order, of whatever tenant."""
    if database.is_sqlite():
        found = database.row("SELECT 0, MAX(position) FROM events")
    else:
        found = database.row(f"SELECT xact, position FROM events WHERE xact >= 0{_horizon()} ORDER BY xact DESC, position DESC LIMIT 1")
    return (found[0], found[1] or 0) if found else (0, 0)


def count_after(tenant_id: str, mode: str, place: Place, most: int) -> int:
    """Return how many events of a tenant lie behind a place, `most` when there are more."""
    inner = f"SELECT 1 FROM events WHERE tenant_id = ? AND mode = ? AND (xact, position) > (?, ?) AND object <> '{SAMPLE}' LIMIT ?"
    found = database.row(f"SELECT COUNT(*) FROM ({inner}) waiting", (tenant_id, mode, *place, most))
    return int(found[0]) if found else 0
