"""Routes of arriving mail, and the addresses that lead to them; an address leads to one route in the whole appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROUTES: Final = TenantRows(
    "email_routes",
    ("id", "tenant_id", "mode", "name", "position", "options", "active", "version", "created_at", "updated_at", "deleted_at"),
    ("name", "position", "options", "active", "version", "updated_at", "deleted_at"),
)


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a route."""
    _ROUTES.insert(tenant_id, mode, row)


def find(tenant_id: str, mode: str, route_id: str) -> Row | None:
    """Return a route, or None."""
    return _ROUTES.find(tenant_id, mode, route_id)


def page(tenant_id: str, mode: str, before: str, limit: int) -> list[Row]:
    """Return routes, the newest first."""
    return _ROUTES.page(tenant_id, mode, before, limit)


def in_force(tenant_id: str, mode: str) -> list[Row]:
    """Return the active routes in the order in which they are tried."""
    sql = f"{_ROUTES.select} WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL AND active = 1 ORDER BY position, id"
    return [_ROUTES.row(row) for row in database.rows(sql, (tenant_id, mode))]


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a route over a version; False when somebody else was faster."""
    return _ROUTES.update(tenant_id, mode, row, version)


def set_addresses(tenant_id: str, mode: str, route_id: str, addresses: Sequence[str]) -> list[str]:
    """Lead these addresses to a route, and none but these; returns those that lead elsewhere already."""
    database.execute("DELETE FROM email_route_addresses WHERE tenant_id = ? AND mode = ? AND route_id = ?", (tenant_id, mode, route_id))
    sql = "INSERT INTO email_route_addresses (address, tenant_id, mode, route_id) VALUES (?, ?, ?, ?) ON CONFLICT (address) DO NOTHING"
    return [one for one in dict.fromkeys(addresses) if database.run(sql, (one, tenant_id, mode, route_id)) != 1]


def leading(addresses: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Return where addresses lead, each as `(tenant_id, mode, route_id)`; whoever sends mail names no tenant."""
    marks = ", ".join("?" * len(addresses))
    sql = f"SELECT address, tenant_id, mode, route_id FROM email_route_addresses WHERE address IN ({marks})"
    return {row[0]: (row[1], row[2], row[3]) for row in database.rows(sql, tuple(addresses))} if addresses else {}
