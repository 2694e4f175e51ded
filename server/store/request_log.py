"""The log of requests: who called what, how it ended and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "at", "method", "route", "path", "status", "duration_us", "actor_kind", "actor_id", "address", "request_id",
    "request_bytes", "response_bytes", "code", "limit_name", "limit_remaining", "limit_reset", "bodies",
)  # fmt: skip
USAGE: Final = ("day", "actor_kind", "actor_id", "route", "requests", "errors", "limited", "duration_us")
FILTERS: Final = {
    "method": "method = ?",
    "route": "route = ?",
    "status": "status = ?",
    "lowest_status": "status >= ?",
    "highest_status": "status <= ?",
    "actor_id": "actor_id = ?",
    "address": "address = ?",
    "code": "code = ?",
    "path": "path LIKE ? ESCAPE '\\'",
    "slower_than_us": "duration_us > ?",
    # By the key, or by the index of the few ids that callers chose themselves.
    "request_id": "(id = ? OR (request_id = ? AND request_id <> id))",
    "since": "at >= ?",
    "until": "at < ?",
}
DAY_MS: Final = 86_400_000
_INSERT: Final = f"INSERT INTO request_log ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) ON CONFLICT (id) DO NOTHING"
Row = dict[str, Any]


def insert_many(lines: Sequence[tuple[Any, ...]]) -> None:
    """Append lines, in the order of the columns; one that is there already stays as it is."""
    database.run_many(_INSERT, lines)


def page(tenant_id: str | None, mode: str | None, filters: Mapping[str, Any], before: tuple[int, str] | None, limit: int) -> list[Row]:
    """Return lines before a moment and id, the newest first. Without a tenant those of all; `filters` has keys of `FILTERS`.

    A tenant's are in the order of their ends; those of all in that of their ids, which is that of their beginnings: each order has its index.
    """
    conditions = [FILTERS[name] for name in filters]
    values = [value for name, value in filters.items() for _ in range(FILTERS[name].count("?"))]
    for condition, value in (("tenant_id = ?", tenant_id), ("mode = ?", mode)):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    order = "id DESC" if tenant_id is None else "at DESC, id DESC"
    if before is not None:
        conditions.append("id < ?" if tenant_id is None else "(at, id) < (?, ?)")
        values += before[1:] if tenant_id is None else before
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    found = database.rows(f"SELECT {', '.join(COLUMNS)} FROM request_log {where}ORDER BY {order} LIMIT ?", (*values, limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def find(tenant_id: str, mode: str, line_id: str) -> Row | None:
    """Return one line, or None."""
    found = database.row(f"SELECT {', '.join(COLUMNS)} FROM request_log WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, line_id))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def usage(tenant_id: str, mode: str, since_ms: int, until_ms: int, after: tuple[int, str, str] | None, limit: int) -> list[Row]:
    """Return counts per day, caller and route behind `(day, caller, route)`, in that order; a day is counted in days since 1970, UTC."""
    behind = "WHERE (day, actor_id, route) > (?, ?, ?) " if after else ""
    sql = (
        f"SELECT * FROM (SELECT at / {DAY_MS} AS day, COALESCE(actor_kind, '') AS actor_kind, COALESCE(actor_id, '') AS actor_id, route,"
        " COUNT(*) AS requests, SUM(CASE WHEN status >= 400 THEN 1 ELSE 0 END) AS errors, SUM(CASE WHEN status = 429 THEN 1 ELSE 0 END) AS limited,"
        " SUM(duration_us) AS duration_us FROM request_log WHERE tenant_id = ? AND mode = ? AND at >= ? AND at < ?"
        f" GROUP BY 1, 2, 3, 4) AS counted {behind}ORDER BY day, actor_id, route LIMIT ?"
    )
    found = database.rows(sql, (tenant_id, mode, since_ms, until_ms, *(after or ()), limit))
    return [dict(zip(USAGE, (*row[:4], *map(int, row[4:])), strict=True)) for row in found]
