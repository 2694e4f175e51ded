"""Streams: kinds of a tenant's mail that are kept apart, so that one never waits for, or suffers from, another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping

_STREAMS: Final = TenantRows(
    "email_streams",
    (
        "id", "tenant_id", "mode", "name", "kind", "description", "options", "status", "status_reason", "warned_at", "judged_from", "version",
        "created_at", "updated_at",
    ),
    ("description", "options", "status", "status_reason", "warned_at", "judged_from", "version", "updated_at"),
)  # fmt: skip


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> bool:
    """Insert a stream; False when one has this name."""
    return _STREAMS.insert(tenant_id, mode, row, "ON CONFLICT (tenant_id, mode, name) DO NOTHING")


def find(tenant_id: str, mode: str, stream_id: str) -> Row | None:
    """Return a stream, or None."""
    return _STREAMS.find(tenant_id, mode, stream_id)


def find_by_name(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return a stream, or None."""
    return _STREAMS.first(tenant_id, mode, "name = ?", (name,))


def page(tenant_id: str, mode: str, before: str, limit: int) -> list[Row]:
    """Return streams, the newest first."""
    return _STREAMS.page(tenant_id, mode, before, limit)


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a stream over a version; False when somebody else was faster."""
    return _STREAMS.update(tenant_id, mode, row, version)


def remove(tenant_id: str, mode: str, stream_id: str) -> bool:
    """Remove a stream; False when it is gone."""
    return database.run("DELETE FROM email_streams WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, stream_id)) == 1


def everywhere() -> list[Row]:
    """Return the streams of all tenants that are judged by their figures."""
    return [_STREAMS.row(row) for row in database.rows(f"{_STREAMS.select} WHERE status <> 'paused'")]
