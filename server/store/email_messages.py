"""Messages of tenants and what they say: the content lies beside the message, so that it can go before the record of its sending does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database, given
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MESSAGES: Final = TenantRows(
    "email_messages",
    (
        "id", "tenant_id", "mode", "stream", "account_id", "sender", "sender_domain", "subject", "header_id", "recipients", "addressed",
        "template_id", "template_version", "tracking", "personal", "metadata", "size", "send_at", "deadline_at", "contact_id", "origin", "created_by",
        "created_at", "cancelled_at", "purged_at",
    ),
)  # fmt: skip


def insert(tenant_id: str, mode: str, row: Mapping[str, Any], body: bytes) -> None:
    """Insert a message with its content: the whole message as RFC 5322 says, without signatures; `personal` is 1 where copies differ."""
    _MESSAGES.insert(tenant_id, mode, row)
    sql = "INSERT INTO email_contents (message_id, tenant_id, mode, body, created_at) VALUES (?, ?, ?, ?, ?)"
    database.execute(sql, (row["id"], tenant_id, mode, body, row["created_at"]))


def find(tenant_id: str, mode: str, message_id: str) -> Row | None:
    """Return a message, or None."""
    return _MESSAGES.find(tenant_id, mode, message_id)


def find_by_header(tenant_id: str, mode: str, header_id: str) -> Row | None:
    """Return the message with a Message-ID, angle brackets included, or None."""
    return _MESSAGES.first(tenant_id, mode, "header_id = ?", (header_id,))


def of_ids(tenant_id: str, mode: str, message_ids: Sequence[str]) -> list[Row]:
    """Return messages, the newest first."""
    sql = f"{_MESSAGES.select} WHERE tenant_id = ? AND mode = ? AND id IN ({', '.join('?' * len(message_ids))}) ORDER BY id DESC"
    return [_MESSAGES.row(row) for row in database.rows(sql, (tenant_id, mode, *message_ids))] if message_ids else []


def content(tenant_id: str, mode: str, message_id: str) -> bytes | None:
    """Return what a message says, None once that is gone."""
    found = database.row("SELECT body FROM email_contents WHERE tenant_id = ? AND mode = ? AND message_id = ?", (tenant_id, mode, message_id))
    return bytes(found[0]) if found else None


def contents(message_ids: Sequence[str]) -> dict[str, tuple[Row, bytes]]:
    """Return messages of any tenants with what they say, by id; those whose content is gone are left out."""
    columns = ", ".join(f"m.{name}" for name in _MESSAGES.columns)
    wanted = given.rows([[one] for one in message_ids])
    sql = (
        f"SELECT {columns}, c.body FROM {given.table('id text')} JOIN email_messages m ON m.id = given.id"
        " JOIN email_contents c ON c.message_id = given.id"
    )
    return {row[0]: (_MESSAGES.row(row[:-1]), bytes(row[-1])) for row in database.rows(sql, (wanted,))}


def cancel(tenant_id: str, mode: str, message_id: str, now_ms: int) -> bool:
    """Note that a message was called back; False when it had been already."""
    sql = "UPDATE email_messages SET cancelled_at = ? WHERE tenant_id = ? AND mode = ? AND id = ? AND cancelled_at IS NULL"
    return database.run(sql, (now_ms, tenant_id, mode, message_id)) == 1


def purge(before_ms: int, now_ms: int, limit: int) -> int:
    """Remove what at most `limit` messages of all tenants said whose sending is over, and return how many those were."""
    sql = (
        "SELECT c.message_id FROM email_contents c WHERE c.created_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM email_recipients r WHERE r.message_id = c.message_id AND r.finished_at IS NULL) LIMIT ?"
    )
    gone = [row[0] for row in database.rows(sql, (before_ms, limit))]
    if gone:
        marks = ", ".join("?" * len(gone))
        database.execute(f"UPDATE email_messages SET purged_at = ? WHERE id IN ({marks})", (now_ms, *gone))
        database.execute(f"DELETE FROM email_contents WHERE message_id IN ({marks})", gone)
    return len(gone)
