"""Custom fields that tenants declare on resources."""

from __future__ import annotations

from server.store import database


def declared(tenant_id: str, mode: str, resource: str) -> list[tuple[str, str, bool, str | None]]:
    """Return `(name, type, required, options as JSON)` of every field declared on a resource, by its plural."""
    sql = "SELECT name, type, required, options FROM custom_fields WHERE tenant_id = ? AND mode = ? AND resource = ? ORDER BY name"
    return [(row[0], row[1], bool(row[2]), row[3]) for row in database.rows(sql, (tenant_id, mode, resource))]
