"""Mails that arrived: one row for each, however often it was seen, its bytes, its sightings, and the thread it belongs to.

`due_at` is when a mail is worked on next, and the end of a lease while it is; what has `finished_at` is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database, given
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "copy_key", "header_id", "thread_id", "sender", "subject", "kind", "state", "state_reason", "recipients",
    "authentication", "identity", "attachments", "size", "route_id", "activity_id", "message_id", "attempts", "due_at", "received_at", "finished_at",
)  # fmt: skip
_ARRIVALS: Final = TenantRows("email_arrivals", COLUMNS)
_SETTLED: Final = ("kind", "state", "state_reason", "route_id", "activity_id", "message_id", "due_at", "finished_at")


def insert(tenant_id: str, mode: str, row: Mapping[str, Any], body: bytes | None) -> bool:
    """Insert a mail with its bytes, where they were fetched; False when a copy of it is there."""
    if not _ARRIVALS.insert(tenant_id, mode, row, "ON CONFLICT (tenant_id, mode, copy_key) DO NOTHING"):
        return False
    if body is not None:
        sql = "INSERT INTO email_arrival_contents (arrival_id, tenant_id, mode, body, created_at) VALUES (?, ?, ?, ?, ?)"
        database.execute(sql, (row["id"], tenant_id, mode, body, row["received_at"]))
    return True


def find(tenant_id: str, mode: str, arrival_id: str) -> Row | None:
    """Return a mail, or None."""
    return _ARRIVALS.find(tenant_id, mode, arrival_id)


def find_copy(tenant_id: str, mode: str, copy_key: str) -> Row | None:
    """Return the mail with this key, or None."""
    return _ARRIVALS.first(tenant_id, mode, "copy_key = ?", (copy_key,))


def with_header(tenant_id: str, mode: str, header_id: str) -> list[Row]:
    """Return mails with this Message-ID; there should be one, but some systems give the same to many."""
    sql = f"{_ARRIVALS.select} WHERE tenant_id = ? AND mode = ? AND header_id = ? ORDER BY id LIMIT 20"
    return [_ARRIVALS.row(row) for row in database.rows(sql, (tenant_id, mode, header_id))]


def page(tenant_id: str, mode: str, before: str, limit: int, filters: Mapping[str, Any]) -> list[Row]:
    """Return mails, the newest first; filters are columns and what they equal."""
    return _ARRIVALS.page(tenant_id, mode, before, limit, filters)


def content(tenant_id: str, mode: str, arrival_id: str) -> bytes | None:
    """Return the bytes of a mail, None once they were purged."""
    sql = "SELECT body FROM email_arrival_contents WHERE tenant_id = ? AND mode = ? AND arrival_id = ?"
    found = database.row(sql, (tenant_id, mode, arrival_id))
    return bytes(found[0]) if found else None


def drop_content(tenant_id: str, mode: str, arrival_id: str) -> None:
    """Remove the bytes of a mail."""
    sql = "DELETE FROM email_arrival_contents WHERE tenant_id = ? AND mode = ? AND arrival_id = ?"
    database.execute(sql, (tenant_id, mode, arrival_id))


def purge(before_ms: int, limit: int) -> int:
    """Remove the bytes of mails that were done with long ago, and return of how many."""
    sql = (
        "DELETE FROM email_arrival_contents WHERE arrival_id IN (SELECT c.arrival_id FROM email_arrival_contents c"
        " JOIN email_arrivals a ON a.id = c.arrival_id WHERE c.created_at < ? AND a.finished_at IS NOT NULL ORDER BY c.created_at LIMIT ?)"
    )
    return database.run(sql, (before_ms, limit))


def take_due(now_ms: int, until_ms: int, limit: int) -> list[Row]:
    """Take mails of all tenants that are to be worked on; until a moment they are nobody else's."""
    sql = f"{_ARRIVALS.select} WHERE finished_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?"
    found = [_ARRIVALS.row(row) for row in database.rows(sql, (now_ms, limit))]
    take = "UPDATE email_arrivals SET due_at = ?, attempts = attempts + 1 WHERE id = ? AND due_at = ?"
    return [row for row in found if database.run(take, (until_ms, row["id"], row["due_at"])) == 1]


def settle(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Write what became of a mail."""
    sql = f"UPDATE email_arrivals SET {', '.join(f'{name} = ?' for name in _SETTLED)} WHERE tenant_id = ? AND mode = ? AND id = ?"
    database.execute(sql, (*(row[name] for name in _SETTLED), tenant_id, mode, row["id"]))


def see(tenant_id: str, mode: str, arrival_id: str, source: str, place: str, now_ms: int) -> bool:
    """Note where a mail was seen; False when that is known."""
    sql = (
        "INSERT INTO email_sightings (tenant_id, mode, source, place, arrival_id, seen_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (tenant_id, mode, source, place) DO NOTHING"
    )
    return database.run(sql, (tenant_id, mode, source, place, arrival_id, now_ms)) == 1


def seen(tenant_id: str, mode: str, source: str, places: Sequence[str]) -> set[str]:
    """Return which places of a source mail was taken from already."""
    sql = (
        f"SELECT s.place FROM {given.table('place text')} CROSS JOIN email_sightings s"
        " WHERE s.tenant_id = ? AND s.mode = ? AND s.source = ? AND s.place = given.place"
    )
    return {row[0] for row in database.rows(sql, (given.rows([[one] for one in places]), tenant_id, mode, source))} if places else set()


def sightings(tenant_id: str, mode: str, arrival_id: str) -> list[tuple[str, str, int]]:
    """Return where a mail was seen, as `(source, place, when)`."""
    sql = "SELECT source, place, seen_at FROM email_sightings WHERE arrival_id = ? AND tenant_id = ? AND mode = ? ORDER BY seen_at, source, place"
    return [(row[0], row[1], row[2]) for row in database.rows(sql, (arrival_id, tenant_id, mode))]


def thread_of(tenant_id: str, mode: str, header_ids: Sequence[str]) -> str | None:
    """Return the thread that one of these messages belongs to, the last named first, or None."""
    marks = ", ".join("?" * len(header_ids))
    sql = f"SELECT header_id, thread_id FROM email_threads WHERE tenant_id = ? AND mode = ? AND header_id IN ({marks})"
    found = {row[0]: row[1] for row in database.rows(sql, (tenant_id, mode, *header_ids))} if header_ids else {}
    return next((found[one] for one in reversed(header_ids) if one in found), None)


def join_thread(tenant_id: str, mode: str, thread_id: str, header_ids: Sequence[str], now_ms: int) -> None:
    """Put messages into a thread, as far as they are in none."""
    sql = (
        "INSERT INTO email_threads (tenant_id, mode, header_id, thread_id, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (tenant_id, mode, header_id) DO NOTHING"
    )
    database.run_many(sql, [(tenant_id, mode, one, thread_id, now_ms) for one in header_ids])
