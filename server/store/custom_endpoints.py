"""Custom endpoints: questions that a tenant has given a name, under which they are asked again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDPOINTS: Final = TenantRows(
    "custom_endpoints",
    ("id", "tenant_id", "mode", "name", "description", "resource", "question", "parameters", "version", "created_at", "updated_at"),
    ("description", "resource", "question", "parameters", "version", "updated_at"),
)


def find(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return an endpoint, or None."""
    return _ENDPOINTS.first(tenant_id, mode, "name = ?", (name,))


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return endpoints behind a name, in the order of their names."""
    return _ENDPOINTS.behind(tenant_id, mode, "name", after, limit)


def count(tenant_id: str, mode: str) -> int:
    """Return how many endpoints there are."""
    return _ENDPOINTS.count(tenant_id, mode)


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert an endpoint. Raises Conflict when the name is taken."""
    _ENDPOINTS.insert(tenant_id, mode, row)


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write an endpoint over a version; False when somebody else was faster."""
    return _ENDPOINTS.update(tenant_id, mode, row, version)


def remove(tenant_id: str, mode: str, endpoint_id: str) -> None:
    """Remove an endpoint."""
    _ENDPOINTS.remove(tenant_id, mode, endpoint_id)
