"""What installations did, counted by day: a row per installation, UTC day and figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping


def add(tenant_id: str, mode: str, installation_id: str, day: str, counts: Mapping[str, int]) -> None:
    """Add to the figures of a day (`2026-11-20`)."""
    database.run_many(
        "INSERT INTO installation_usage (tenant_id, mode, installation_id, day, figure, count) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (tenant_id, mode, installation_id, day, figure) DO UPDATE SET count = installation_usage.count + excluded.count",
        [(tenant_id, mode, installation_id, day, figure, count) for figure, count in counts.items() if count],
    )


def totals(tenant_id: str, mode: str, installation_id: str, since_day: str) -> dict[str, int]:
    """Return the figures of an installation since a day, that day included."""
    sql = (
        "SELECT figure, SUM(count) FROM installation_usage WHERE tenant_id = ? AND mode = ? AND installation_id = ? AND day >= ?"
        " GROUP BY figure ORDER BY figure"
    )
    return {figure: int(count) for figure, count in database.rows(sql, (tenant_id, mode, installation_id, since_day))}
