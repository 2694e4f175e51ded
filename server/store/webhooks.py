"""Webhooks: the addresses tenants want events at, with their sealed secrets and headers."""

from __future__ import annotations

from functools import lru_cache

import orjson

from server.store import database


def subscriptions(tenant_id: str, mode: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Return `(id, patterns, status)` of every webhook that is there."""
    sql = "SELECT id, events, status FROM webhooks WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL"
    return [(row[0], _patterns(row[1]), row[2]) for row in database.rows(sql, (tenant_id, mode))]


@lru_cache(maxsize=4096)
def _patterns(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))
