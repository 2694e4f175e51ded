"""`junction tenant`: what an operator does to tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.main.validation import checked
from server.services import tenants
from server.services.tenants import NewTenant

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def create(call: Invocation) -> None:
    """Make a tenant, or find the one of this name."""
    actor = call.open()
    body = checked(NewTenant, name=call.name, tier=call.tier)
    found, _ = tenants.create(actor, body, call.settings.limits.default_tier)
    call.answer({"id": found["id"], "name": found["name"]})


def suspend(call: Invocation) -> None:
    """Refuse every request of a tenant from now on."""
    actor = call.open()
    found = tenants.suspend(actor, tenants.find(call.tenant)["id"])
    call.answer(found, [f"{found['name']} ({found['id']}) is suspended: every request of it is refused."])


def resume(call: Invocation) -> None:
    """Let a suspended tenant in again."""
    actor = call.open()
    found = tenants.resume(actor, tenants.find(call.tenant)["id"])
    call.answer(found, [f"{found['name']} ({found['id']}) is active again."])
