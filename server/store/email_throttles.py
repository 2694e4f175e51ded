"""Throttles: how fast a tenant may send to a site, what slowed or stopped that, and until when. The site "" stands for all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "tenant_id", "mode", "site", "messages", "period_ms", "connections", "next_at", "slowed_to", "slowed_until", "paused_until", "reason", "reply",
    "strikes", "updated_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM email_throttles"
_KEY: Final = "tenant_id = ? AND mode = ? AND site = ?"
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(COLUMNS, values, strict=True))


def in_force(now_ms: int) -> list[Row]:
    """Return the throttles of all tenants that hold anything back now."""
    where = "messages IS NOT NULL OR connections IS NOT NULL OR slowed_until > ? OR paused_until > ?"
    return [_row(row) for row in database.rows(f"{_SELECT} WHERE {where}", (now_ms, now_ms))]


def find(tenant_id: str, mode: str, site: str) -> Row | None:
    """Return a throttle, or None."""
    found = database.row(f"{_SELECT} WHERE {_KEY}", (tenant_id, mode, site))
    return _row(found) if found else None


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return throttles behind a site, in the order of sites."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND site > ? ORDER BY site LIMIT ?"
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, after, limit))]


def change(tenant_id: str, mode: str, site: str, values: Mapping[str, Any], now_ms: int) -> None:
    """Write columns of a throttle, made now if there is none."""
    names = ["tenant_id", "mode", "site", "updated_at", *values]
    assignments = ", ".join(f"{name} = excluded.{name}" for name in ("updated_at", *values))
    sql = (
        f"INSERT INTO email_throttles ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT (tenant_id, mode, site) DO UPDATE SET {assignments}"
    )
    database.execute(sql, (tenant_id, mode, site, now_ms, *values.values()))


def remove(tenant_id: str, mode: str, site: str) -> bool:
    """Remove a throttle; False when there is none."""
    return database.run(f"DELETE FROM email_throttles WHERE {_KEY}", (tenant_id, mode, site)) == 1
