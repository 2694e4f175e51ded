"""Connector credentials: what a tenant's account at a provider is reached with, sealed, and shared by the installations of that provider.

Whoever replaces the secret holds the lease: one statement takes it while nobody else has it and the version is the one that was
seen, and writing the new secret moves the version on. So a token is refreshed once, whatever number of workers need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "connector_credentials",
    (
        "id", "tenant_id", "mode", "provider", "kind", "app_id", "account_id", "account_name", "secret", "scopes", "state", "reason", "expires_at",
        "version", "lease_owner", "lease_until", "created_at", "updated_at",
    ),
    json=frozenset({"scopes"}),
    blobs=frozenset({"secret"}),
)  # fmt: skip
_ONE: Final = "tenant_id = ? AND mode = ? AND id = ?"


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a credential that nobody leases; `state` is active, needs_user or revoked."""
    TABLE.insert({"lease_until": 0, "version": 1, "state": "active", **row, "tenant_id": tenant_id, "mode": mode})


def find(tenant_id: str, mode: str, credential_id: str) -> Row | None:
    """Return a credential, or None."""
    return TABLE.find(_ONE, (tenant_id, mode, credential_id))


def of_provider(tenant_id: str, mode: str, provider: str) -> list[Row]:
    """Return a tenant's credentials of a provider that are not revoked, in the order of their ids."""
    condition = "tenant_id = ? AND mode = ? AND provider = ? AND state <> 'revoked' ORDER BY id"
    return TABLE.rows(condition, (tenant_id, mode, provider))


def rows(tenant_id: str, mode: str) -> list[Row]:
    """Return every credential of a tenant, by provider."""
    return TABLE.rows("tenant_id = ? AND mode = ? ORDER BY provider, id", (tenant_id, mode))


def take_lease(tenant_id: str, mode: str, credential_id: str, version: int, owner: str, now_ms: int, until_ms: int) -> bool:
    """Take the lease of a credential at the version that was seen; False when somebody has it, or has moved the version on."""
    change = {"lease_owner": owner, "lease_until": until_ms}
    return TABLE.update(change, f"{_ONE} AND version = ? AND lease_until < ?", (tenant_id, mode, credential_id, version, now_ms)) == 1


def give_back_lease(tenant_id: str, mode: str, credential_id: str, owner: str) -> None:
    """Give a lease back without having changed anything."""
    TABLE.update({"lease_owner": None, "lease_until": 0}, f"{_ONE} AND lease_owner = ?", (tenant_id, mode, credential_id, owner))


def prolong_lease(tenant_id: str, mode: str, credential_id: str, owner: str, until_ms: int) -> None:
    """Keep a lease until a moment, so that nobody asks before."""
    TABLE.update({"lease_until": until_ms}, f"{_ONE} AND lease_owner = ?", (tenant_id, mode, credential_id, owner))


def replace(tenant_id: str, mode: str, credential_id: str, version: int, change: Mapping[str, Any]) -> bool:
    """Write a new secret or state over a version, which moves on, and end the lease; False when the version is no longer that."""
    written = {**change, "version": version + 1, "lease_owner": None, "lease_until": 0}
    return TABLE.update(written, f"{_ONE} AND version = ?", (tenant_id, mode, credential_id, version)) == 1


def name_account(tenant_id: str, mode: str, credential_id: str, account_id: str, account_name: str) -> None:
    """Write whose account a credential is; its secret, and so its version, stays."""
    TABLE.update({"account_id": account_id, "account_name": account_name}, _ONE, (tenant_id, mode, credential_id))


def delete(tenant_id: str, mode: str, credential_id: str) -> None:
    """Delete a credential."""
    database.execute(f"DELETE FROM connector_credentials WHERE {_ONE}", (tenant_id, mode, credential_id))


def expiring(before_ms: int, limit: int) -> list[Row]:
    """Return active credentials of all tenants that expire before a moment, the first to expire first."""
    return TABLE.rows("state = 'active' AND expires_at IS NOT NULL AND expires_at < ? ORDER BY expires_at LIMIT ?", (before_ms, limit))
