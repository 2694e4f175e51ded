"""Attempts: what was sent to a receiver, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database, given

if TYPE_CHECKING:
    from collections.abc import Sequence

_KINDS: Final = (
    "id text, tenant_id text, mode text, webhook_id text, delivery_id text, number int, started_at bigint, total_ms double precision,"
    " timings text, address text, status int, error text, request text, response text"
)
COLUMNS: Final = tuple(kind.split()[0] for kind in _KINDS.split(", "))
Row = dict[str, Any]


def insert_many(attempts: Sequence[tuple[Any, ...]]) -> None:
    """Append attempts, in the order of the columns; a repeated number of one delivery is ignored."""
    names = ", ".join(COLUMNS)
    # WHERE keeps SQLite from reading ON CONFLICT as the condition of a join.
    sql = f"INSERT INTO attempts ({names}) SELECT {names} FROM {given.table(_KINDS)} WHERE true ON CONFLICT (delivery_id, number) DO NOTHING"
    database.execute(sql, (given.rows(attempts),))


def of_delivery(tenant_id: str, mode: str, webhook_id: str, delivery_id: str, after: int, limit: int) -> list[Row]:
    """Return the attempts of a delivery behind a number, in order."""
    sql = (
        f"SELECT {', '.join(COLUMNS)} FROM attempts WHERE delivery_id = ? AND number > ? AND tenant_id = ? AND mode = ? AND webhook_id = ?"
        " ORDER BY number LIMIT ?"
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(sql, (delivery_id, after, tenant_id, mode, webhook_id, limit))]


def durations(tenant_id: str, mode: str, delivery_ids: Sequence[str]) -> list[float]:
    """Return how long the attempts of these deliveries took that were answered with success, in milliseconds."""
    sql = (
        f"SELECT a.total_ms FROM {given.table('id text')} JOIN attempts a ON a.delivery_id = given.id"
        " WHERE a.tenant_id = ? AND a.mode = ? AND a.status BETWEEN 200 AND 299"
    )
    return [row[0] for row in database.rows(sql, (given.rows([[one] for one in delivery_ids]), tenant_id, mode))]
