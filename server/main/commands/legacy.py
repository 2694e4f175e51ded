"""`junction legacy`: letting SuiteCRM's clients into a tenant, and the application passwords that they sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.actor import system_actor
from server.domain.errors import Missing
from server.main.validation import checked
from server.services import legacy, tenants, users
from server.services.legacy import NewLegacyPassword
from server.store.users import find_by_email

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.main.invocation import Invocation


def enable(call: Invocation) -> None:
    """Let SuiteCRM's clients in."""
    _switch(call, enabled=True)


def disable(call: Invocation) -> None:
    """Let SuiteCRM's clients in no longer."""
    _switch(call, enabled=False)


def _switch(call: Invocation, *, enabled: bool) -> None:
    actor = _within(call)
    found = legacy.put(actor, enabled=enabled)
    said = f"SuiteCRM's clients may come into {actor.tenant_id}." if enabled else f"SuiteCRM's clients are refused by {actor.tenant_id}."
    call.answer({"tenant_id": actor.tenant_id, **found}, [said])


def create_password(call: Invocation) -> None:
    """Make an application password and print it, which is kept nowhere."""
    actor = _within(call)
    wanted = {"user_id": _user(actor, call.user)} | ({"scopes": call.scopes.replace(",", " ").split()} if call.scopes else {})
    made = legacy.create_password(actor, checked(NewLegacyPassword, **wanted))
    call.say(f"The application password of {made['username']}, shown this once:")
    call.answer(made, [made["password"]])


def list_passwords(call: Invocation) -> None:
    """List the application passwords of a tenant."""
    found = legacy.list_passwords(_within(call))
    call.answer(found, [f"{one['id']}  {one['user_id']}  last used {one['last_used_at'] or 'never'}" for one in found])


def delete_password(call: Invocation) -> None:
    """End an application password."""
    legacy.delete_password(_within(call), call.id)
    call.answer({"id": call.id, "deleted": True}, [f"{call.id} is no password any more, and everything that came of it has ended."])


def _within(call: Invocation) -> Actor:
    call.open()
    return system_actor(tenants.find(call.tenant)["id"])


def _user(actor: Actor, email_or_id: str) -> str:
    """Return the id of a user of the tenant. Raises Missing."""
    if "@" not in email_or_id:
        return email_or_id
    found = find_by_email(users.fold(email_or_id))
    if found is None or found["tenant_id"] != actor.tenant_id:
        raise Missing(f"There is no user '{email_or_id}' in this tenant.")
    return str(found["id"])
