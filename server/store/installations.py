"""Installations: connectors that a tenant has installed, with what each was configured with; secrets are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE: Final = Table(
    "installations",
    (
        "id", "tenant_id", "mode", "integration", "name", "connector_version", "pinned", "config", "secrets", "mappings", "options",
        "auth", "permissions", "sync_interval", "status", "status_reason", "status_detail", "status_remedy", "provider", "credential_id",
        "account_id", "account_name", "account_part", "state_version", "last_synced_at", "last_event_at", "created_by", "version", "created_at",
        "updated_at", "deleted_at",
    ),
    json=frozenset({"config", "mappings", "options", "permissions"}),
    blobs=frozenset({"secrets"}),
)  # fmt: skip
_OWN: Final = "tenant_id = ? AND mode = ?"


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert an installation. Raises Conflict when that part of the remote account is connected by the same connector already."""
    TABLE.insert({"account_part": "", **row, "tenant_id": tenant_id, "mode": mode})


def find(tenant_id: str, mode: str, installation_id: str) -> Row | None:
    """Return an installation, or None."""
    return TABLE.find(f"{_OWN} AND id = ? AND deleted_at IS NULL", (tenant_id, mode, installation_id))


def of_integration(tenant_id: str, mode: str, integration: str) -> list[Row]:
    """Return the installations of one connector, in the order of their ids."""
    return TABLE.rows(f"{_OWN} AND integration = ? AND deleted_at IS NULL ORDER BY id", (tenant_id, mode, integration))


def of_credential(tenant_id: str, mode: str, credential_id: str) -> list[Row]:
    """Return the installations that share a credential."""
    return TABLE.rows(f"{_OWN} AND credential_id = ? AND deleted_at IS NULL ORDER BY id", (tenant_id, mode, credential_id))


def of_provider(tenant_id: str | None, provider: str) -> list[Row]:
    """Return what a tenant, or for None every tenant, has connected through a provider, live and test."""
    whose, values = ("tenant_id = ? AND ", (tenant_id,)) if tenant_id is not None else ("", ())
    return TABLE.rows(f"{whose}provider = ? AND deleted_at IS NULL ORDER BY id", (*values, provider))


def page(tenant_id: str, mode: str, after: str, limit: int, chosen: Mapping[str, str]) -> list[Row]:
    """Return installations behind an id that have the chosen values in their columns, in the order of their ids."""
    wanted = "".join(f" AND {name} = ?" for name in chosen)
    condition = f"{_OWN} AND id > ? AND deleted_at IS NULL{wanted} ORDER BY id LIMIT ?"
    return TABLE.rows(condition, (tenant_id, mode, after, *chosen.values(), limit))


def count(tenant_id: str, mode: str) -> int:
    """Return how many installations a tenant has."""
    found = database.row(f"SELECT COUNT(*) FROM installations WHERE {_OWN} AND deleted_at IS NULL", (tenant_id, mode))
    return int(found[0]) if found else 0


def counts_by_integration(tenant_id: str, mode: str) -> dict[str, int]:
    """Return how often a tenant has installed each connector."""
    sql = f"SELECT integration, COUNT(*) FROM installations WHERE {_OWN} AND deleted_at IS NULL GROUP BY integration"
    return dict(database.rows(sql, (tenant_id, mode)))


def update(tenant_id: str, mode: str, installation_id: str, change: Mapping[str, Any], version: int) -> bool:
    """Write columns over a version; False when somebody else was faster."""
    values = (tenant_id, mode, installation_id, version)
    return TABLE.update({**change, "version": version + 1}, f"{_OWN} AND id = ? AND version = ? AND deleted_at IS NULL", values) == 1


def move(tenant_id: str, mode: str, installation_id: str, before: Sequence[str], change: Mapping[str, Any]) -> bool:
    """Write columns while the status is one of `before`; of several at once, one is told True. The version stays: it is no client's edit."""
    marks = ", ".join("?" * len(before))
    condition = f"{_OWN} AND id = ? AND status IN ({marks}) AND deleted_at IS NULL"
    return TABLE.update(change, condition, (tenant_id, mode, installation_id, *before)) == 1


def note_while(tenant_id: str, mode: str, installation_id: str, status: str, change: Mapping[str, Any]) -> None:
    """Write columns of an installation that is in a status, whatever the version."""
    TABLE.update(change, f"{_OWN} AND id = ? AND status = ?", (tenant_id, mode, installation_id, status))


def note(tenant_id: str, mode: str, installation_id: str, change: Mapping[str, Any]) -> None:
    """Write what the engine learned (`last_synced_at`, `last_event_at`, the account), whatever the version."""
    TABLE.update(change, f"{_OWN} AND id = ?", (tenant_id, mode, installation_id))


def end(tenant_id: str, mode: str, installation_id: str, now_ms: int) -> bool:
    """Take an installation away from its tenant; what it has at the vendor is still to be given back. False when it was gone."""
    change = {"deleted_at": now_ms, "status": "removing", "updated_at": now_ms}
    return TABLE.update(change, f"{_OWN} AND id = ? AND deleted_at IS NULL", (tenant_id, mode, installation_id)) == 1


def ended(before_ms: int, limit: int) -> list[Row]:
    """Return installations of all tenants that were taken away, have something at the vendor still, and were not looked after since."""
    return TABLE.rows("status = 'removing' AND updated_at <= ? ORDER BY updated_at LIMIT ?", (before_ms, limit))


def find_left(tenant_id: str, mode: str, integration: str, account_id: str, account_part: str) -> Row | None:
    """Return what was installed for an account last and taken away since, or None."""
    condition = f"{_OWN} AND integration = ? AND account_id = ? AND account_part = ? AND deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT 1"
    return TABLE.find(condition, (tenant_id, mode, integration, account_id, account_part))


def find_ended(tenant_id: str, mode: str, installation_id: str) -> Row | None:
    """Return an installation that was taken away and has something at the vendor still, or None."""
    return TABLE.find(f"{_OWN} AND id = ? AND status = 'removing'", (tenant_id, mode, installation_id))


def find_anywhere(installation_id: str) -> Row | None:
    """Return an installation of whatever tenant, or None."""
    return TABLE.find("id = ? AND deleted_at IS NULL", (installation_id,))


def outdated(integration: str, connector_version: str, limit: int, *, even_pinned: bool) -> list[Row]:
    """Return installations of all tenants that are on another version of a connector; those pinned there only if wanted."""
    condition = "integration = ? AND connector_version <> ? AND pinned <= ? AND deleted_at IS NULL ORDER BY id LIMIT ?"
    return TABLE.rows(condition, (integration, connector_version, int(even_pinned), limit))


def counts() -> dict[str, int]:
    """Return how many installations of all tenants are in each status."""
    return dict(database.rows("SELECT status, COUNT(*) FROM installations WHERE deleted_at IS NULL GROUP BY status"))
