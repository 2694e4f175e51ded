"""Daily reports of mail: each tenant's choices, the picture it was last told of, and when it is told next.

A report is claimed by moving its `due_at` on in the transaction that queues its mails, so it is neither told twice nor forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Missing
from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_JSON: Final = frozenset({"options", "picture"})
_REPORTS: Final = Table("email_daily_reports", ("tenant_id", "options", "picture", "told_at", "due_at", "mailed_at"), json=_JSON)


def find(tenant_id: str) -> Row | None:
    """Return a tenant's report, or None before the first look at it."""
    return _REPORTS.find("tenant_id = ?", (tenant_id,))


def get(tenant_id: str) -> Row:
    """Return a tenant's report. Raises Missing before the first look at it."""
    row = find(tenant_id)
    if row is None:
        raise Missing("No daily report has begun.")
    return row


def begin(tenant_id: str, picture: Mapping[str, Any], now_ms: int, due_ms: int) -> bool:
    """Begin a tenant's reports with how things stand; False when they have begun."""
    row = {"tenant_id": tenant_id, "options": {}, "picture": picture, "told_at": now_ms, "due_at": due_ms}
    return _REPORTS.insert(row, "ON CONFLICT (tenant_id) DO NOTHING")


def choose(tenant_id: str, options: Mapping[str, Any], due_ms: int) -> None:
    """Keep a tenant's choices, and when they make the next report due."""
    _REPORTS.update({"options": options, "due_at": due_ms}, "tenant_id = ?", (tenant_id,))


def claim(tenant_id: str, due_before_ms: int, due_ms: int) -> bool:
    """Put off a report that was due at a moment; False when somebody else did, or its hour was changed."""
    return _REPORTS.update({"due_at": due_ms}, "tenant_id = ? AND due_at = ?", (tenant_id, due_before_ms)) == 1


def tell(tenant_id: str, picture: Mapping[str, Any], told_ms: int) -> None:
    """Keep what a tenant has been told of, or need not be."""
    _REPORTS.update({"picture": picture, "told_at": told_ms}, "tenant_id = ?", (tenant_id,))


def note_mail(tenant_id: str, now_ms: int) -> None:
    """Note that there was something to tell, and it was mailed."""
    _REPORTS.update({"mailed_at": now_ms}, "tenant_id = ?", (tenant_id,))


def due(now_ms: int, limit: int) -> list[Row]:
    """Return the reports of active tenants that are due, of all tenants."""
    where = "due_at <= ? AND tenant_id IN (SELECT id FROM tenants WHERE status = 'active') ORDER BY due_at, tenant_id LIMIT ?"
    return _REPORTS.rows(where, (now_ms, limit))


def unbegun(limit: int) -> list[str]:
    """Return active tenants whose reports have not begun."""
    sql = (
        "SELECT id FROM tenants WHERE status = 'active' AND NOT EXISTS"
        " (SELECT 1 FROM email_daily_reports WHERE tenant_id = tenants.id) ORDER BY id LIMIT ?"
    )
    return [row[0] for row in database.rows(sql, (limit,))]


def readers(tenant_id: str, roles: Sequence[str], limit: int) -> list[str]:
    """Return the addresses of a tenant's active people in these roles who did not decline the report."""
    sql = (
        f"SELECT email FROM users WHERE tenant_id = ? AND status = 'active' AND role IN ({', '.join('?' * len(roles))})"
        " AND NOT EXISTS (SELECT 1 FROM email_daily_refusals AS r WHERE r.tenant_id = users.tenant_id AND r.user_id = users.id) ORDER BY id LIMIT ?"
    )
    return [row[0] for row in database.rows(sql, (tenant_id, *roles, limit))]


def refuses(tenant_id: str, user_id: str) -> bool:
    """Tell whether a person declined the report."""
    return database.row("SELECT 1 FROM email_daily_refusals WHERE tenant_id = ? AND user_id = ?", (tenant_id, user_id)) is not None


def refuse(tenant_id: str, user_id: str, now_ms: int) -> None:
    """Note that a person wants no report."""
    sql = "INSERT INTO email_daily_refusals (tenant_id, user_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    database.execute(sql, (tenant_id, user_id, now_ms))


def accept(tenant_id: str, user_id: str) -> None:
    """Note that a person wants the report again."""
    database.execute("DELETE FROM email_daily_refusals WHERE tenant_id = ? AND user_id = ?", (tenant_id, user_id))


def stream_acts(tenant_id: str, mode: str, since_ms: int, until_ms: int, limit: int) -> list[tuple[str, str, Any]]:
    """Return `(action, stream's id, changes as JSON)` of what was done to streams in a span of time, the oldest first."""
    sql = (
        "SELECT action, object_id, changes FROM audit WHERE object = 'email_stream' AND tenant_id = ? AND mode = ? AND at >= ? AND at < ?"
        " ORDER BY at, position LIMIT ?"
    )
    return [(row[0], row[1], row[2]) for row in database.rows(sql, (tenant_id, mode, since_ms, until_ms, limit))]
