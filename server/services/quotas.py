"""Quotas: how much of its rate limits a tenant has used up right now, and one of its keys or users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from pydantic import BaseModel

from server.domain.errors import Missing
from server.domain.permissions import permit
from server.services import limits
from server.services.credentials import find_tier, own_windows
from server.store import api_keys, clients, sandboxes, tenants, users
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.services.limits import Per, Window


class QuotaView(BaseModel):
    """One limit and how much of it is used; `resets_at` is null while nothing is counted."""

    object: str
    name: str
    per: str
    subject_id: str
    requests: int
    seconds: int
    endpoints: list[str]
    used: int
    remaining: int
    resets_at: str | None


def list_all(actor: Actor, key_id: str | None, user_id: str | None) -> list[dict[str, Any]]:
    """Return the quotas of the actor's tenant, and of a key or OAuth client and a user of it: the caller's own unless named. Raises Missing."""
    permit(actor, "logs:read")
    tenant = tenants.find(actor.tenant_id)
    if tenant is None:
        raise Missing("There is no such tenant.")
    subjects: dict[Per, str | None] = {"tenant": actor.tenant_id, "key": key_id or _own_key(actor), "user": user_id or actor.owner_id}
    own = _windows_of(actor, subjects["key"]) if subjects["key"] else ()
    if user_id is not None and users.find(actor.tenant_id, user_id) is None:
        raise Missing(f"There is no user '{user_id}'.")
    now, tier = clock.now_ms(), find_tier(tenant["tier"])
    found = limits.limiter().states(limits.allow(tier, subjects, own, sandboxes.ahead(actor.tenant_id, actor.mode)), now)
    return [_shown(window, subjects[window.per] or "", used, end if end > now else None) for window, (used, end) in found]


def _own_key(actor: Actor) -> str | None:
    return actor.id if actor.kind in {"key", "client"} else None


def _windows_of(actor: Actor, key_id: str) -> Sequence[Window]:
    """Return the windows a key has for itself; an OAuth client has none. Raises Missing."""
    if key_id.startswith("cli_"):
        if clients.find(actor.tenant_id, actor.mode, key_id) is None:
            raise Missing(f"There is no client '{key_id}'.")
        return ()
    row = api_keys.find(actor.tenant_id, actor.mode, key_id, clock.now_ms())
    if row is None:
        raise Missing(f"There is no key '{key_id}'.")
    return own_windows(orjson.loads(row["limits"]))


def _shown(window: Window, subject: str, used: int, end: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {"object": "quota", "name": window.name, "per": window.per, "subject_id": subject}
    found |= {"requests": window.requests, "seconds": window.seconds, "endpoints": list(window.endpoints)}
    return found | {"used": used, "remaining": max(window.requests - used, 0), "resets_at": None if end is None else clock.rfc3339(end)}
