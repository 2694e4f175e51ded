"""How mail fared, counted by the hour: per tenant, stream, sending domain, receiving site, outcome and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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


def count(message: Mapping[str, Any], recipient: Mapping[str, Any], outcome: str, reason: str, at_ms: int) -> None:
    """Count what came back about a recipient of a message, of whatever tenant it is."""
    of = (message["tenant_id"], message["mode"], at_ms // HOUR_MS, message["stream"], message["sender_domain"])
    add({(*of, recipient["site"] or recipient["domain"], outcome, reason): 1})


DIMENSIONS: Final = {"stream": "stream", "domain": "sender_domain", "provider": "site", "day": "hour / 24"}
"""What figures are added up by."""


def added_up(tenant_id: str, mode: str, by: str, since_ms: int, filters: Mapping[str, str]) -> list[tuple[Any, str, str, int]]:
    """Return `(group, outcome, reason, count)` since a moment, by whole hours; `by` and the filters are of `DIMENSIONS`."""
    more = "".join(f" AND {DIMENSIONS[name]} = ?" for name in filters)
    group = DIMENSIONS[by]
    sql = (
        f"SELECT {group}, outcome, reason, SUM(count) FROM email_figures WHERE tenant_id = ? AND mode = ? AND hour >= ?{more}"
        f" GROUP BY {group}, outcome, reason ORDER BY {group}, outcome, reason"
    )
    found = database.rows(sql, (tenant_id, mode, since_ms // HOUR_MS, *filters.values()))
    return [(row[0], row[1], row[2], int(row[3])) for row in found]


def of_stream(tenant_id: str, mode: str, stream: str, since_ms: int) -> dict[str, int]:
    """Return how many messages of a stream met each outcome since a moment, by whole hours."""
    sql = "SELECT outcome, SUM(count) FROM email_figures WHERE tenant_id = ? AND mode = ? AND stream = ? AND hour >= ? GROUP BY outcome"
    return {row[0]: int(row[1]) for row in database.rows(sql, (tenant_id, mode, stream, since_ms // HOUR_MS))}


def of_site(tenant_id: str, mode: str, site: str, since_ms: int, until_ms: int) -> dict[str, int]:
    """Return how many messages to a site met each outcome in a span of time, by whole hours."""
    sql = "SELECT outcome, SUM(count) FROM email_figures WHERE tenant_id = ? AND mode = ? AND site = ? AND hour >= ? AND hour < ? GROUP BY outcome"
    found = database.rows(sql, (tenant_id, mode, site, since_ms // HOUR_MS, until_ms // HOUR_MS))
    return {row[0]: int(row[1]) for row in found}
