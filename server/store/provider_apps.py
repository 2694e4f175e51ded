"""Provider apps: OAuth clients registered with vendors, a tenant's own or, without a tenant, the appliance's; secrets are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "provider_apps",
    ("id", "tenant_id", "provider", "client_id", "secret", "webhook_secret", "options", "version", "created_at", "updated_at"),
    json=frozenset({"options"}),
    blobs=frozenset({"secret", "webhook_secret"}),
)


def _owned(tenant_id: str | None) -> tuple[str, tuple[str, ...]]:
    return ("tenant_id IS NULL", ()) if tenant_id is None else ("tenant_id = ?", (tenant_id,))


def insert(tenant_id: str | None, row: Mapping[str, Any]) -> None:
    """Insert an app. Raises Conflict when the tenant, or the appliance, has one of this provider."""
    TABLE.insert({**row, "tenant_id": tenant_id})


def find(tenant_id: str | None, provider: str) -> Row | None:
    """Return the app of a tenant, or for None of the appliance, at a provider; None when there is none."""
    condition, values = _owned(tenant_id)
    return TABLE.find(f"{condition} AND provider = ?", (*values, provider))


def find_by_id(app_id: str) -> Row | None:
    """Return an app by the id that a credential names, or None."""
    return TABLE.find("id = ?", (app_id,))


def rows(tenant_id: str | None) -> list[Row]:
    """Return the apps of a tenant, or for None of the appliance, in the order of their providers."""
    condition, values = _owned(tenant_id)
    return TABLE.rows(f"{condition} ORDER BY provider", values)


def update(tenant_id: str | None, provider: str, change: Mapping[str, Any], version: int) -> bool:
    """Write an app over a version; False when somebody else was faster."""
    condition, values = _owned(tenant_id)
    return TABLE.update({**change, "version": version + 1}, f"{condition} AND provider = ? AND version = ?", (*values, provider, version)) == 1


def delete(tenant_id: str | None, provider: str) -> bool:
    """Delete an app; False when there was none."""
    condition, values = _owned(tenant_id)
    return database.run(f"DELETE FROM provider_apps WHERE {condition} AND provider = ?", (*values, provider)) == 1
