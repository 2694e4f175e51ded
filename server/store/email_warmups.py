"""Warm-ups: how far along its plan a source is at a site, and what it has sent there today. The site "*" begins one at each site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = ("tenant_id", "mode", "source", "site", "plan", "step", "day", "sent", "status", "reason", "created_at", "updated_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM email_warmups"
_KEY: Final = "tenant_id = ? AND mode = ? AND source = ? AND site = ?"
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(COLUMNS, values, strict=True))


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Begin a warm-up, or begin it anew."""
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    again = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[4:])
    sql = (
        f"INSERT INTO email_warmups ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
        f" ON CONFLICT (tenant_id, mode, source, site) DO UPDATE SET {again}"
    )
    database.execute(sql, [values.get(name) for name in COLUMNS])


def find(tenant_id: str, mode: str, source: str, site: str) -> Row | None:
    """Return a warm-up, or None."""
    found = database.row(f"{_SELECT} WHERE {_KEY}", (tenant_id, mode, source, site))
    return _row(found) if found else None


def of_tenant(tenant_id: str, mode: str) -> list[Row]:
    """Return the warm-ups of a tenant."""
    return [_row(row) for row in database.rows(f"{_SELECT} WHERE tenant_id = ? AND mode = ? ORDER BY source, site", (tenant_id, mode))]


def sources() -> set[tuple[str, str, str]]:
    """Return `(tenant_id, mode, source)` of everything that is being warmed up."""
    return {(row[0], row[1], row[2]) for row in database.rows("SELECT DISTINCT tenant_id, mode, source FROM email_warmups WHERE status = 'active'")}


def move(tenant_id: str, mode: str, source: str, site: str, values: Mapping[str, Any]) -> None:
    """Write columns of a warm-up."""
    assignments = ", ".join(f"{name} = ?" for name in values)
    database.execute(f"UPDATE email_warmups SET {assignments} WHERE {_KEY}", (*values.values(), tenant_id, mode, source, site))


def count_one(tenant_id: str, mode: str, source: str, site: str, day: int, most: int) -> bool:
    """Count a message of the day; False when the day has as many as it may."""
    sql = f"UPDATE email_warmups SET sent = sent + 1 WHERE {_KEY} AND day = ? AND sent < ?"
    return database.run(sql, (tenant_id, mode, source, site, day, most)) == 1


def remove(tenant_id: str, mode: str, source: str) -> int:
    """End the warm-ups of a source; returns how many those were."""
    return database.run("DELETE FROM email_warmups WHERE tenant_id = ? AND mode = ? AND source = ?", (tenant_id, mode, source))
