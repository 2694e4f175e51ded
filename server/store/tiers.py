"""Tiers of rate limits, edited while serving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = ("name", "price", "limits", "costs", "version", "created_at", "updated_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM tiers"
Row = dict[str, Any]


def find(name: str) -> tuple[str, str] | None:
    """Return a tier's limits and costs as JSON, or None."""
    found = database.row("SELECT limits, costs FROM tiers WHERE name = ?", (name,))
    return (found[0], found[1]) if found else None


def find_whole(name: str) -> Row | None:
    """Return a tier, or None."""
    found = database.row(f"{_SELECT} WHERE name = ?", (name,))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def page(after: str, limit: int) -> list[Row]:
    """Return tiers behind a name, in the order of their names."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(f"{_SELECT} WHERE name > ? ORDER BY name LIMIT ?", (after, limit))]


def put(row: Mapping[str, Any]) -> None:
    """Insert a tier, or replace its price, limits and costs."""
    database.execute(
        f"INSERT INTO tiers ({', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
        " price = excluded.price, limits = excluded.limits, costs = excluded.costs, version = excluded.version, updated_at = excluded.updated_at",
        [row[name] for name in COLUMNS],
    )


def users_of(name: str) -> int:
    """Return how many tenants are on a tier."""
    found = database.row("SELECT COUNT(*) FROM tenants WHERE tier = ?", (name,))
    return int(found[0]) if found else 0


def delete(name: str) -> None:
    """Delete a tier."""
    database.execute("DELETE FROM tiers WHERE name = ?", (name,))
