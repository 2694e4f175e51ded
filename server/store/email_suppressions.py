"""Suppressions: addresses and domains that nothing is sent to, of the whole appliance, a tenant, or one of its streams.

Values are kept normalised (`server/domain/mail/addressing.py`). The appliance's own have an empty tenant and mode; those of
all streams have an empty stream. One that has expired is as if it were not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database, given
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SUPPRESSIONS: Final = TenantRows(
    "email_suppressions",
    (
        "id", "tenant_id", "mode", "stream", "kind", "value", "reason", "source", "detail", "message_id", "expires_at", "lift_asked_by",
        "lift_asked_at", "created_by", "created_at", "updated_at",
    ),
)  # fmt: skip
GLOBAL: Final = ("", "")
"""The tenant and the mode of what holds for everybody."""
_MOST_VALUES: Final = 500


def blocking(tenant_id: str, mode: str, stream: str, values: Sequence[str], now_ms: int) -> dict[str, Row]:
    """Return which of the addresses and domains are suppressed for a stream, each with one reason."""
    found: list[Any] = []
    for start in range(0, len(values), _MOST_VALUES):
        part = values[start : start + _MOST_VALUES]
        # Written out, so that PostgreSQL knows how few they are and looks each up; of a table it thinks a hundred, and reads everything.
        sql = (
            f"{_SUPPRESSIONS.select} WHERE value IN ({', '.join('?' * len(part))}) AND tenant_id IN (?, '') AND mode IN (?, '')"
            " AND stream IN ('', ?) AND (expires_at IS NULL OR expires_at > ?)"
        )
        found += database.rows(sql, (*part, tenant_id, mode, stream, now_ms))
    return {row["value"]: row for row in map(_SUPPRESSIONS.row, found)}


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> bool:
    """Insert a suppression; False when there is one of this value and scope."""
    return _SUPPRESSIONS.insert(tenant_id, mode, row, "ON CONFLICT (value, tenant_id, mode, stream) DO NOTHING")


def find(tenant_id: str, mode: str, suppression_id: str) -> Row | None:
    """Return a suppression, or None."""
    return _SUPPRESSIONS.find(tenant_id, mode, suppression_id)


def page(tenant_id: str, mode: str, before: str, limit: int, filters: Mapping[str, Any]) -> list[Row]:
    """Return suppressions, the newest first; filters are columns and what they equal."""
    return _SUPPRESSIONS.page(tenant_id, mode, before, limit, filters)


def remove(tenant_id: str, mode: str, suppression_id: str) -> bool:
    """Remove a suppression; False when it is gone."""
    return _SUPPRESSIONS.remove(tenant_id, mode, suppression_id)


def of_reason(tenant_id: str, mode: str, value: str, stream: str, reason: str) -> list[Row]:
    """Return the suppressions of a value for one reason, of a stream and of all of a tenant's."""
    sql = f"{_SUPPRESSIONS.select} WHERE value = ? AND tenant_id = ? AND mode = ? AND stream IN ('', ?) AND reason = ?"
    return [_SUPPRESSIONS.row(row) for row in database.rows(sql, (value, tenant_id, mode, stream, reason))]


def ask_to_lift(tenant_id: str, mode: str, suppression_id: str, person: str, now_ms: int) -> None:
    """Write who asked first that a suppression be lifted."""
    sql = "UPDATE email_suppressions SET lift_asked_by = ?, lift_asked_at = ? WHERE tenant_id = ? AND mode = ? AND id = ?"
    database.execute(sql, (person, now_ms, tenant_id, mode, suppression_id))


def raise_reason(tenant_id: str, mode: str, value: str, reason: str, now_ms: int) -> bool:
    """Write a weightier reason for what is suppressed on all streams; False when it is that one already."""
    sql = (
        "UPDATE email_suppressions SET reason = ?, expires_at = NULL, updated_at = ?"
        " WHERE tenant_id = ? AND mode = ? AND value = ? AND stream = '' AND reason <> ?"
    )
    return database.run(sql, (reason, now_ms, tenant_id, mode, value, reason)) == 1


def added(tenant_id: str, mode: str, first_id: str, until_id: str) -> dict[str, int]:
    """Return how many suppressions came between two ids, by reason."""
    sql = "SELECT reason, COUNT(*) FROM email_suppressions WHERE tenant_id = ? AND mode = ? AND id >= ? AND id < ? GROUP BY reason"
    return dict(database.rows(sql, (tenant_id, mode, first_id, until_id)))


def walk(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return suppressions behind an id, in the order of their ids."""
    sql = f"{_SUPPRESSIONS.select} WHERE tenant_id = ? AND mode = ? AND id > ? ORDER BY id LIMIT ?"
    return [_SUPPRESSIONS.row(row) for row in database.rows(sql, (tenant_id, mode, after, limit))]


def insert_many(tenant_id: str, mode: str, many: Sequence[Mapping[str, Any]]) -> int:
    """Insert suppressions of a tenant in one statement, and return how many were new."""
    names = ("id", "stream", "kind", "value", "reason", "source", "detail", "created_by")
    columns = ", ".join(names)
    moments = "created_at, updated_at"
    table = given.table(", ".join(f"{name} text" for name in names) + ", created_at bigint, updated_at bigint")
    sql = (
        f"INSERT INTO email_suppressions (tenant_id, mode, {columns}, {moments})"
        f" SELECT ?, ?, {columns}, {moments} FROM {table}"
        " WHERE true ON CONFLICT (value, tenant_id, mode, stream) DO NOTHING"
    )
    rows = given.rows([[one[name] for name in (*names, "created_at", "updated_at")] for one in many])
    return database.run(sql, (tenant_id, mode, rows))
