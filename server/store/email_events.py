"""What happened to messages: one row for each attempt, and for everything that came back about a recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = ("id", "tenant_id", "mode", "message_id", "recipient_id", "address", "type", "at", "detail")
Row = dict[str, Any]


def insert_many(happened: Sequence[Sequence[Any]]) -> None:
    """Insert rows as `COLUMNS` says, of any tenants; `detail` is JSON."""
    database.run_many(f"INSERT INTO email_events ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", happened)


def of_message(tenant_id: str, mode: str, message_id: str, after: str, limit: int) -> list[Row]:
    """Return what happened to a message, the oldest first, behind an id."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM email_events WHERE message_id = ? AND tenant_id = ? AND mode = ? AND id > ? ORDER BY id LIMIT ?"
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(sql, (message_id, tenant_id, mode, after, limit))]
