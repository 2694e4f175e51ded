"""Connector credentials as tenants see them: which consents there are, what each covers and who shares it; never their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from pydantic import BaseModel

from server.domain.permissions import permit
from server.services import vaults
from server.store import connector_credentials, installations
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row

CONTEXT: Final = "connector_credential.secret/"


class CredentialView(BaseModel):
    """A consent, or another token that is fetched: whose account, which scopes, and the installations that share it."""

    id: str
    object: str
    provider: str
    kind: str
    account_id: str | None
    account_name: str | None
    scopes: list[str]
    state: Literal["active", "needs_user", "revoked"]
    reason: str | None
    installations: list[str]
    expires_at: str | None
    created_at: str
    updated_at: str


def opened(row: Row) -> dict[str, Any]:
    """Return the secret of a credential."""
    if not row["secret"]:
        return {}
    found: dict[str, Any] = orjson.loads(vaults.vault().open(row["secret"], CONTEXT + row["id"]))
    return found


def list_all(actor: Actor) -> list[dict[str, Any]]:
    """Return every credential of a tenant, by provider."""
    permit(actor, "integrations:read")
    return [_shown(row) for row in connector_credentials.rows(actor.tenant_id, actor.mode)]


def _shown(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row["id"], "object": "credential"}
    found |= {name: row[name] for name in ("provider", "kind", "account_id", "account_name", "scopes", "state", "reason")}
    found["installations"] = [one["id"] for one in installations.of_credential(row["tenant_id"], row["mode"], row["id"])]
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("expires_at", "created_at", "updated_at")}
