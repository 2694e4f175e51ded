"""Who acts: the one value that carries tenant, mode, scopes and role from the door down to every query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["live", "test"]
ActorKind = Literal["key", "user", "operator", "client", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated caller inside one tenant and mode.

    `id` is the key's, user's, operator's or client's id; `tenant_id` is empty only for an operator outside any tenant.
    `owner_id` is the user on whose behalf a key acts, None for the tenant itself. `integration` is the connector's key where an
    installation acts, `id` being the installation's.
    """

    kind: ActorKind
    id: str
    tenant_id: str
    mode: Mode
    scopes: frozenset[str]
    role: str
    owner_id: str | None = None
    address: str | None = None
    request_id: str | None = None
    integration: str | None = None


def system_actor(tenant_id: str, mode: Mode = "live") -> Actor:
    """Return the appliance itself acting inside a tenant."""
    return Actor("system", "system", tenant_id, mode, frozenset({"*"}), "owner")
