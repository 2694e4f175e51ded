"""Calls of deprecated operations and of old versions, counted per day, caller, operation and version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY: Final = ("tenant_id", "mode", "day", "actor_kind", "actor_id", "operation", "version")
REPORT: Final = ("tenant_id", "mode", "actor_kind", "actor_id", "operation", "version", "calls", "last_at")
DAY_MS: Final = 86_400_000
_ADD: Final = (
    f"INSERT INTO deprecated_calls ({', '.join(KEY)}, calls, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ({', '.join(KEY)})"
    " DO UPDATE SET calls = deprecated_calls.calls + excluded.calls, last_at = excluded.last_at"
)
_PLACE: Final = "tenant_id, mode, actor_id, operation, version"
Row = dict[str, Any]


def add_many(counts: Sequence[tuple[Any, ...]]) -> None:
    """Add counts, in the order of the key and then calls and the last moment; sorted, so that two processes never wait for each other."""
    database.run_many(_ADD, sorted(counts))


def report(
    tenant_id: str | None, mode: str | None, since_ms: int, until_ms: int, after: tuple[str, str, str, str, str] | None, limit: int
) -> list[Row]:
    """Return counts per caller, operation and version between two moments, by whole days; without a tenant those of all."""
    conditions, values = ["day >= ?", "day < ?"], [since_ms // DAY_MS, -(-until_ms // DAY_MS)]
    for column, value in (("tenant_id", tenant_id), ("mode", mode)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)  # type: ignore[arg-type]
    behind = f"WHERE ({_PLACE}) > (?, ?, ?, ?, ?) " if after else ""
    sql = (
        f"SELECT * FROM (SELECT {', '.join(REPORT[:-2])}, SUM(calls) AS calls, MAX(last_at) AS last_at FROM deprecated_calls"
        f" WHERE {' AND '.join(conditions)} GROUP BY 1, 2, 3, 4, 5, 6) AS counted {behind}ORDER BY {_PLACE} LIMIT ?"
    )
    return [dict(zip(REPORT, (*row[:6], *map(int, row[6:])), strict=True)) for row in database.rows(sql, (*values, *(after or ()), limit))]
