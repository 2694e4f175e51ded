"""Webhooks: the addresses tenants want events at, with their sealed secrets and headers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "name", "url", "description", "events", "headers", "secrets", "public_key", "credentials", "status", "status_reason",
    "options", "failure_count", "first_failure_at", "last_triggered", "parked_until", "breaker", "version", "created_at", "updated_at", "deleted_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM webhooks"
Row = dict[str, Any]


class Subscription(NamedTuple):
    """What an emitted event has to know of a webhook; `options` as they are kept, `{}` where nothing was chosen."""

    webhook_id: str
    patterns: tuple[str, ...]
    status: str
    options: str


def subscriptions(tenant_id: str, mode: str) -> list[Subscription]:
    """Return every webhook that is there, for a transaction that will owe them something."""
    sql = "SELECT id, events, status, options FROM webhooks WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL"
    found = database.rows(sql, (tenant_id, mode))
    if database.is_sqlite() or all(row[2] == "active" for row in found):
        return [Subscription(webhook_id, _patterns(events), status, options) for webhook_id, events, status, options in found]
    # Who enables one releases what it sees held, so it has to wait for what we are about to hold, or we see it enabled.
    inactive = dict(database.rows(sql.replace("events, status, options", "status") + " AND status <> 'active' FOR SHARE", (tenant_id, mode)))
    return [Subscription(one, _patterns(events), inactive.get(one, "active"), options) for one, events, _, options in found]


@lru_cache(maxsize=4096)
def _patterns(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook as the delivery loop needs it; secrets and headers are sealed."""

    id: str
    url: str
    secrets: bytes
    headers: bytes | None
    options: str
    version: int
    credentials: bytes | None = None


def targets(webhook_ids: Sequence[str]) -> list[Target]:
    """Return what the delivery loop posts to."""
    found: list[Target] = []
    for webhook_id in webhook_ids:
        row = database.row("SELECT id, url, secrets, headers, options, version, credentials FROM webhooks WHERE id = ?", (webhook_id,))
        if row:
            headers, credentials = (None if value is None else bytes(value) for value in (row[3], row[6]))
            found.append(Target(row[0], row[1], bytes(row[2]), headers, row[4], row[5], credentials))
    return found


def open_versions(webhook_ids: Sequence[str], now_ms: int) -> dict[str, int]:
    """Return the versions of those webhooks that are delivered to right now: active, not removed, not parked."""
    found: dict[str, int] = {}
    for start in range(0, len(webhook_ids), 500):
        part = webhook_ids[start : start + 500]
        sql = (
            f"SELECT id, version FROM webhooks WHERE id IN ({', '.join('?' * len(part))}) AND status = 'active' AND deleted_at IS NULL"
            " AND (parked_until IS NULL OR parked_until <= ?)"
        )
        found |= dict(database.rows(sql, (*part, now_ms)))
    return found


def wanting(event_type: str) -> set[tuple[str, str]]:
    """Return the tenants and modes in which some webhook asks for a type by its exact name."""
    sql = "SELECT DISTINCT tenant_id, mode FROM webhooks WHERE deleted_at IS NULL AND events LIKE ?"
    return {(row[0], row[1]) for row in database.rows(sql, (f'%"{event_type}"%',))}


def _row(values: tuple[Any, ...]) -> Row:
    found = dict(zip(COLUMNS, values, strict=True))
    for name in ("headers", "secrets", "credentials"):
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


def find_anywhere(webhook_id: str) -> Row | None:
    """Return a webhook of whatever tenant, or None."""
    found = database.row(f"{_SELECT} WHERE id = ? AND deleted_at IS NULL", (webhook_id,))
    return _row(found) if found else None


def ids(tenant_id: str, mode: str) -> list[str]:
    """Return the ids of all webhooks that were not removed."""
    return [row[0] for row in database.rows("SELECT id FROM webhooks WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL", (tenant_id, mode))]


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
        "public_key",
        "credentials",
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
