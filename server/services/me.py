"""Who am I: the caller's own identity, rights and limits, for whoever wants to try a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from server.services import credentials, keys
from server.services.users import shown as shown_user
from server.store import api_keys, tenants, users
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor


class MeView(BaseModel):
    """The caller. `tenant` is null for an operator outside any tenant, `key` for people, `user` for keys of a tenant itself."""

    object: str
    kind: str
    id: str
    mode: str
    role: str
    scopes: list[str]
    tenant: dict[str, Any] | None
    key: dict[str, Any] | None
    user: dict[str, Any] | None
    tier: dict[str, Any]


def get(actor: Actor) -> dict[str, Any]:
    """Return who the actor is."""
    tenant = tenants.find(actor.tenant_id) if actor.tenant_id else None
    key = _key(actor)
    user_id = actor.owner_id or (actor.id if actor.kind == "user" else None)
    user = users.find_anywhere(user_id) if user_id else None
    return {
        "object": "me",
        "kind": actor.kind,
        "id": actor.id,
        "mode": actor.mode,
        "role": actor.role,
        "scopes": sorted(actor.scopes),
        "tenant": {name: tenant[name] for name in ("id", "name", "timezone", "language", "currency")} if tenant else None,
        "key": key and keys.shown(key),
        "user": user and shown_user(user),
        "tier": _tier(tenant["tier"] if tenant and actor.kind != "operator" else "unlimited"),
    }


def _key(actor: Actor) -> dict[str, Any] | None:
    if not actor.id.startswith("key_"):
        return None
    operators = actor.kind == "operator"
    return api_keys.find(None if operators else actor.tenant_id, "live" if operators else actor.mode, actor.id, clock.now_ms())


def _tier(name: str) -> dict[str, Any]:
    windows = credentials.find_tier(name).windows
    limits = [{"requests": one.requests, "seconds": one.seconds, "endpoints": list(one.endpoints), "per": one.per} for one in windows]
    return {"name": name, "limits": limits}
