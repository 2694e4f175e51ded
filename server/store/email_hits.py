"""Hits on the addresses in mails: what was asked for, when and by what; without an `outcome` until it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HITS: Final = TenantRows(
    "email_hits",
    (
        "id", "tenant_id", "mode", "message_id", "recipient_id", "kind", "place", "links", "target", "method", "agent", "sent_at", "at",
        "outcome", "rule",
    ),
)  # fmt: skip


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a hit."""
    _HITS.insert(tenant_id, mode, row)


def of_recipient(tenant_id: str, mode: str, recipient_id: str) -> list[Row]:
    """Return the hits of a recipient, the oldest first."""
    sql = f"{_HITS.select} WHERE recipient_id = ? AND tenant_id = ? AND mode = ? ORDER BY at, id"
    return [_HITS.row(row) for row in database.rows(sql, (recipient_id, tenant_id, mode))]


def waiting(before_ms: int, limit: int) -> list[tuple[str, str, str]]:
    """Return `(tenant_id, mode, recipient_id)` of recipients of all tenants with hits that are to be judged."""
    sql = "SELECT DISTINCT tenant_id, mode, recipient_id FROM email_hits WHERE outcome IS NULL AND at <= ? LIMIT ?"
    return [(row[0], row[1], row[2]) for row in database.rows(sql, (before_ms, limit))]


def judge(tenant_id: str, mode: str, judged: Sequence[tuple[str, str, str]]) -> None:
    """Write the outcomes of hits and the rules they follow from: `(outcome, rule, id)`."""
    sql = "UPDATE email_hits SET outcome = ?, rule = ? WHERE id = ? AND tenant_id = ? AND mode = ?"
    database.run_many(sql, [(*one, tenant_id, mode) for one in judged])
