"""What belongs to one record, newest first: records that refer to it and its own events, each by one query.

The order is that of the part of an id behind its prefix: it sorts by the time of creation whatever the kind, and no two
are equal, so a walk by it neither loses nor repeats anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from server.store.declaration import Resource

LAST: Final = "z"
"""A place behind every id, where a walk begins."""


def referring(
    tenant_id: str, mode: str, resource: Resource, field: str, record_id: str, before: str, limit: int, *, sent_to: str = ""
) -> list[dict[str, Any]]:
    """Return the newest records whose reference `field` points to a record, from those older than `before`.

    With `sent_to` without those that a message of ours to that address is known as, by its Message-ID: that one is shown itself.
    """
    unsent, values = (f" AND NOT EXISTS ({_COPIED.format(table=resource.table)})", (sent_to.lower(),)) if sent_to else ("", ())
    sql = (
        f"SELECT {resource.select_list} FROM {resource.table}"
        f" WHERE tenant_id = ? AND mode = ? AND {field} = ? AND id < ? AND deleted_at IS NULL{unsent} ORDER BY id DESC LIMIT ?"
    )
    return [resource.document(row) for row in database.rows(sql, (tenant_id, mode, record_id, f"{resource.prefix}_{before}", *values, limit))]


def events(tenant_id: str, mode: str, record_id: str, before: str, limit: int) -> list[tuple[str, bytes]]:
    """Return `(id, body)` of the newest events about a record, from those older than `before`."""
    sql = "SELECT id, body FROM events WHERE tenant_id = ? AND mode = ? AND object_id = ? AND id < ? ORDER BY id DESC LIMIT ?"
    return [(row[0], bytes(row[1])) for row in database.rows(sql, (tenant_id, mode, record_id, f"evt_{before}", limit))]


_COPIED: Final = (
    "SELECT 1 FROM external_ids x"
    " JOIN email_messages m ON m.tenant_id = x.tenant_id AND m.mode = x.mode AND m.header_id = '<' || x.external_id || '>'"
    " JOIN email_recipients r ON r.message_id = m.id"
    " WHERE x.record_id = {table}.id AND x.system = 'message_id' AND lower(r.address) = ?"
)
_READ: Final = ("opened", "clicked", "unsubscribed")
_SENT: Final = (
    "id",
    "subject",
    "sender",
    "stream",
    "header_id",
    "recipient_id",
    "recipient",
    "state",
    "reason",
    "reply",
    "finished_at",
    "opened_at",
    "clicked_at",
    "unsubscribed_at",
)


def messages(tenant_id: str, mode: str, address: str, before: str, limit: int) -> list[dict[str, Any]]:
    """Return the newest messages to an address, however it is spelled, from those older than `before`."""
    first = "(SELECT MIN(e.at) FROM email_events e WHERE e.message_id = m.id AND e.recipient_id = r.id AND e.type = '{}')"
    read = ", ".join(first.format(one) for one in _READ)
    sql = (
        f"SELECT m.id, m.subject, m.sender, m.stream, m.header_id, r.id, r.address, r.state, r.reason, r.reply, r.finished_at, {read}"
        " FROM email_recipients r"
        " JOIN email_messages m ON m.id = r.message_id WHERE r.tenant_id = ? AND r.mode = ? AND lower(r.address) = ? AND r.message_id < ?"
        " ORDER BY r.message_id DESC LIMIT ?"
    )
    return [dict(zip(_SENT, row, strict=True)) for row in database.rows(sql, (tenant_id, mode, address.lower(), f"msg_{before}", limit))]
