"""Signed links: an address that stands for one act on one thing, for a while, without any other credential.

A link is a text that only this appliance can have made. What it opens it opens with the rights of whoever asked for it, as long
as their tenant, and their key where it was one, live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import orjson

from server.domain import cursors
from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid
from server.services import vaults
from server.store import api_keys, tenants
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Mode

LONGEST_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says: who acts, on what, how, and the tier that its tenant's requests count to."""

    actor: Actor
    subject: str
    manner: str
    tier: str


def seal(actor: Actor, act: str, subject: str, until_ms: int, manner: str = "") -> str:
    """Return a link's text; `manner` is passed on to whoever opens it."""
    kept = [actor.kind, actor.id, actor.role, actor.owner_id or ""]
    return cursors.encode(vaults.cursor_key(), _scope(act), [actor.tenant_id, actor.mode, subject, manner, until_ms, *kept, _scopes(actor)])


def _scope(act: str) -> str:
    return repr(("link", act))


def _scopes(actor: Actor) -> str:
    return orjson.dumps(sorted(scope for scope in actor.scopes if scope == "*" or scope.startswith("documents:"))).decode()


def unseal(act: str, text: str, address: str | None, request_id: str | None) -> Opened:
    """Return what a link says. Raises Denied (`invalid_link`, `link_expired`) for one that is forged, over, or of somebody who is gone."""
    try:
        found = cursors.decode(vaults.cursor_key(), _scope(act), text)
    except Invalid as error:
        raise _invalid() from error
    tenant_id, mode, subject, manner, until_ms, kind, actor_id, role, owner_id, scopes = found
    now = clock.now_ms()
    if until_ms <= now:
        raise Denied("This link has expired; ask for a new one.", code="link_expired")
    tenant = tenants.find(tenant_id)
    if tenant is None or tenant["status"] != "active" or (kind == "key" and not _lives(tenant_id, mode, actor_id, now)):
        raise _invalid()
    acting = Actor(kind, actor_id, tenant_id, cast("Mode", mode), frozenset(orjson.loads(scopes)), role, owner_id or None, address, request_id)
    return Opened(acting, subject, manner, str(tenant["tier"]))


def _lives(tenant_id: str, mode: str, key_id: str, now: int) -> bool:
    key = api_keys.find(tenant_id, mode, key_id, now)
    return key is not None and (key["expires_at"] is None or key["expires_at"] > now)


def _invalid() -> Denied:
    return Denied("This link was not given out here, or holds no more.", code="invalid_link")
