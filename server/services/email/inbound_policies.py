"""Inbound policies: what a tenant does with mail that its sender's domain disowns, and whose findings it believes in fetched mail.

What a tenant leaves open is as the appliance has it. Whatever is chosen, such mail is never taken to be from whom it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.permissions import permit
from server.services import events
from server.store import database
from server.store import email_inbound_policies as store
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.system.settings import Settings

OnReject = Literal["refuse", "quarantine", "accept"]
OnQuarantine = Literal["quarantine", "accept"]
AuthservId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$")]
_MOST_IDS: Final = 20


class InboundPolicyChange(BaseModel):
    """What is done with mail that fails DMARC, by what the domain in From asks for; what is left out is as the appliance has it.

    `refuse` refuses it while it is handed over, and quarantines what is fetched. `trusted_authserv_ids` are the servers whose
    Authentication-Results are believed in mail that is fetched from a mailbox.
    """

    model_config = ConfigDict(extra="forbid")

    on_reject: OnReject | None = None
    on_quarantine: OnQuarantine | None = None
    trusted_authserv_ids: Annotated[list[AuthservId], Field(max_length=_MOST_IDS)] | None = None


class InboundPolicyView(BaseModel):
    """What holds for a tenant; `own` names what it chose itself."""

    object: str
    on_reject: OnReject
    on_quarantine: OnQuarantine
    trusted_authserv_ids: list[str]
    own: list[str]


@dataclass(frozen=True, slots=True)
class InboundPolicy:
    """What is done with what `p=reject` and `p=quarantine` disown, and whose findings are believed."""

    on_reject: OnReject = "quarantine"
    on_quarantine: OnQuarantine = "quarantine"
    trusted_authserv_ids: tuple[str, ...] = ()

    def quarantines(self, asked: str) -> bool:
        """Tell whether mail is kept back that its domain disowns and asks this of: none, quarantine or reject (RFC 9989)."""
        if asked == "none":
            return False
        return (self.on_reject if asked == "reject" else self.on_quarantine) != "accept"


USUAL: Final = InboundPolicy()


def of_appliance(settings: Settings) -> InboundPolicy:
    """Return what holds for tenants that chose nothing."""
    chosen = settings.email
    return InboundPolicy("refuse" if chosen.refuse_disowned else "quarantine", "quarantine", tuple(chosen.trusted_authserv_ids))


def of_tenant(tenant_id: str, mode: str, otherwise: InboundPolicy) -> InboundPolicy:
    """Return what holds for a tenant: its choices, else what holds otherwise."""
    chosen = _chosen(tenant_id, mode)
    trusted = chosen.get("trusted_authserv_ids", otherwise.trusted_authserv_ids)
    return InboundPolicy(chosen.get("on_reject", otherwise.on_reject), chosen.get("on_quarantine", otherwise.on_quarantine), tuple(trusted))


def get(actor: Actor, settings: Settings) -> dict[str, Any]:
    """Return what holds for the caller's tenant."""
    permit(actor, "email:read")
    return _shown(actor, settings)


def put(actor: Actor, body: InboundPolicyChange, settings: Settings) -> dict[str, Any]:
    """Replace what a tenant chose."""
    permit(actor, "email:write")
    chosen = body.model_dump(exclude_none=True)
    with database.transaction():
        before = _chosen(actor.tenant_id, actor.mode)
        if chosen != before:
            store.put(actor.tenant_id, actor.mode, orjson.dumps(chosen).decode(), clock.now_ms())
            changed = {name: [before.get(name), chosen.get(name)] for name in sorted({*before, *chosen}) if before.get(name) != chosen.get(name)}
            events.record_audit(actor, "email_inbound_policy.updated", actor.tenant_id, changed)
    return _shown(actor, settings)


def _chosen(tenant_id: str, mode: str) -> dict[str, Any]:
    row = store.find(tenant_id, mode)
    found: dict[str, Any] = orjson.loads(row[0]) if row else {}
    return found


def _shown(actor: Actor, settings: Settings) -> dict[str, Any]:
    policy = of_tenant(actor.tenant_id, actor.mode, of_appliance(settings))
    found = {"object": "email_inbound_policy", "on_reject": policy.on_reject, "on_quarantine": policy.on_quarantine}
    return found | {"trusted_authserv_ids": list(policy.trusted_authserv_ids), "own": sorted(_chosen(actor.tenant_id, actor.mode))}
