"""`junction key`: making API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.actor import system_actor
from server.main.invocation import WrongUsage
from server.main.validation import checked
from server.services import keys, tenants
from server.services.keys import NewKey

if TYPE_CHECKING:
    from typing import Any

    from server.main.invocation import Invocation


def create(call: Invocation) -> None:
    """Make a key and print its text, which is kept nowhere."""
    _refuse_mixture(call)
    actor = call.open()
    made = keys.create_operator_key(actor, call.name) if call.operator else _of_tenant(call)
    call.answer({"id": made["id"], "key": made["key"]})


def _refuse_mixture(call: Invocation) -> None:
    if call.operator and (call.tenant or call.user or call.test):
        raise WrongUsage("An operator's key belongs to no tenant: leave --tenant, --user and --test away.")
    if not call.operator and not (call.tenant and call.scopes):
        raise WrongUsage("A key needs --tenant and --scopes, or --operator.")


def _of_tenant(call: Invocation) -> dict[str, Any]:
    tenant = tenants.find(call.tenant)
    scopes = call.scopes.replace(",", " ").split()
    return keys.create(system_actor(tenant["id"]), checked(NewKey, name=call.name, scopes=scopes, test=call.test, user_id=call.user))
