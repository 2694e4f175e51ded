"""Hints: resources of installations that a vendor said have changed without saying what, each until a run has begun that reads them."""

from __future__ import annotations

from typing import Final

from server.store import database

_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def put(tenant_id: str, mode: str, installation_id: str, resource: str, due_at: int) -> None:
    """Note that a resource has to be read from a moment on; one that is noted already keeps its moment, so a stream of hints starves nothing."""
    database.execute(
        "INSERT INTO sync_hints (installation_id, resource, tenant_id, mode, due_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (installation_id, resource) DO NOTHING",
        (installation_id, resource, tenant_id, mode, due_at),
    )


def due(now_ms: int, limit: int) -> list[tuple[str, str, str]]:
    """Return `(tenant, mode, installation)` of all tenants with a hint that is due, which work and have no run under way, the longest first."""
    sql = (
        "SELECT h.tenant_id, h.mode, h.installation_id FROM sync_hints h JOIN installations i ON i.id = h.installation_id"
        " WHERE h.due_at <= ? AND i.status IN ('connected', 'failed') AND i.deleted_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM sync_runs r WHERE r.installation_id = h.installation_id AND r.finished_at IS NULL)"
        " GROUP BY h.tenant_id, h.mode, h.installation_id ORDER BY MIN(h.due_at) LIMIT ?"
    )
    return [tuple(row) for row in database.rows(sql, (now_ms, limit))]


def take(tenant_id: str, mode: str, installation_id: str) -> list[str]:
    """Forget the hints of an installation and return their resources; what is noted from now on leads to another run."""
    found = database.rows(f"DELETE FROM sync_hints WHERE {_OWN} RETURNING resource", (tenant_id, mode, installation_id))
    return sorted(row[0] for row in found)
