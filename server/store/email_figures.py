"""How mail fared, counted by the hour: per tenant, stream, sending domain, receiving site, outcome and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR_MS: Final = 3_600_000
Figure = tuple[str, str, int, str, str, str, str, str]
"""`(tenant_id, mode, hour, stream, sender_domain, site, outcome, reason)`; the hour counts from the epoch."""


def add(counted: Mapping[Figure, int]) -> None:
    """Add to the figures of any tenants."""
    sql = (
        "INSERT INTO email_figures (tenant_id, mode, hour, stream, sender_domain, site, outcome, reason, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (tenant_id, mode, hour, stream, sender_domain, site, outcome, reason)"
        " DO UPDATE SET count = email_figures.count + excluded.count"
    )
    database.run_many(sql, [(*figure, count) for figure, count in sorted(counted.items())])


def of_stream(tenant_id: str, mode: str, stream: str, since_ms: int) -> dict[str, int]:
    """Return how many messages of a stream met each outcome since a moment, by whole hours."""
    sql = "SELECT outcome, SUM(count) FROM email_figures WHERE tenant_id = ? AND mode = ? AND stream = ? AND hour >= ? GROUP BY outcome"
    return {row[0]: int(row[1]) for row in database.rows(sql, (tenant_id, mode, stream, since_ms // HOUR_MS))}


def of_site(tenant_id: str, mode: str, site: str, since_ms: int, until_ms: int) -> dict[str, int]:
    """Return how many messages to a site met each outcome in a span of time, by whole hours."""
    sql = "SELECT outcome, SUM(count) FROM email_figures WHERE tenant_id = ? AND mode = ? AND site = ? AND hour >= ? AND hour < ? GROUP BY outcome"
    found = database.rows(sql, (tenant_id, mode, site, since_ms // HOUR_MS, until_ms // HOUR_MS))
    return {row[0]: int(row[1]) for row in found}
