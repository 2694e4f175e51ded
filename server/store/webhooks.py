"""Webhooks: the addresses tenants want events at, with their sealed secrets and headers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = (
    "id", "tenant_id", "mode", "name", "url", "description", "events", "headers", "secrets", "status", "status_reason", "options", "failure_count",
    "first_failure_at", "last_triggered", "parked_until", "version", "created_at", "updated_at", "deleted_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM webhooks"
Row = dict[str, Any]


def subscriptions(tenant_id: str, mode: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Return `(id, patterns, status)` of every webhook that is there, for a transaction that will owe them something."""
    sql = "SELECT id, events, status FROM webhooks WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL"
    found = database.rows(sql, (tenant_id, mode))
    if database.is_sqlite() or all(status == "active" for _, _, status in found):
        return [(webhook_id, _patterns(events), status) for webhook_id, events, status in found]
    # Who enables one releases what it sees held, so it has to wait for what we are about to hold, or we see it enabled.
    inactive = dict(database.rows(sql.replace("events,", "") + " AND status <> 'active' FOR SHARE", (tenant_id, mode)))
    return [(webhook_id, _patterns(events), inactive.get(webhook_id, "active")) for webhook_id, events, _ in found]


@lru_cache(maxsize=4096)
def _patterns(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


def disable(webhook_id: str, reason: str, at_ms: int) -> None:
    """Stop delivering to a webhook because of what its receiver did."""
    database.execute(
        "UPDATE webhooks SET status = 'disabled', status_reason = ?, version = version + 1, updated_at = ? WHERE id = ? AND status = 'active'",
        (reason, at_ms, webhook_id),
    )


def _row(values: tuple[Any, ...]) -> Row:
    found = dict(zip(COLUMNS, values, strict=True))
    for name in ("headers", "secrets"):
        found[name] = bytes(found[name]) if found[name] is not None else None
    return found


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a webhook."""
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO webhooks ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def find(tenant_id: str, mode: str, webhook_id: str) -> Row | None:
    """Return a webhook, or None."""
    found = database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id = ? AND deleted_at IS NULL", (tenant_id, mode, webhook_id))
    return _row(found) if found else None


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return webhooks behind an id, in the order of their ids."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?"
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, after, limit))]


def count(tenant_id: str, mode: str) -> int:
    """Return how many webhooks a tenant has."""
    found = database.row("SELECT COUNT(*) FROM webhooks WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL", (tenant_id, mode))
    return int(found[0]) if found else 0


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a webhook over a version; False when somebody else was faster. What deliveries count is left alone."""
    names = (
        "name",
        "url",
        "description",
        "events",
        "headers",
        "secrets",
        "status",
        "status_reason",
        "options",
        "version",
        "updated_at",
        "deleted_at",
    )
    assignments = ", ".join(f"{name} = ?" for name in names)
    sql = f"UPDATE webhooks SET {assignments} WHERE tenant_id = ? AND mode = ? AND id = ? AND version = ?"
    return database.run(sql, [*(row[name] for name in names), tenant_id, mode, row["id"], version]) == 1
