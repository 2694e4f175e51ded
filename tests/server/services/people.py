"""People for tests of what they may do: users that are there, and the actors they are when they have signed in."""

from __future__ import annotations

from typing import Any

import orjson

from server.domain.actor import Actor, system_actor
from server.services import outbox, users, vaults
from server.services.users import NewUser
from server.store import database

PHRASE = "correct horse battery staple"
OPERATORS = system_actor("")


def person(tenant_id: str, role: str, email: str, password: str | None = PHRASE) -> Actor:
    """Make a user, of a tenant or an operator, and return the actor of the signed-in user."""
    made = users.create(system_actor(tenant_id), NewUser.model_validate({"email": email, "role": role, "password": password}))
    return Actor("user" if tenant_id else "operator", made["id"], tenant_id, "live", frozenset({"*"}), role, made["id"], "192.0.2.7", "req_test")


def mailed() -> list[dict[str, Any]]:
    """Return the mails that wait, the oldest first."""
    found = database.rows("SELECT id, message FROM outbox WHERE state = 'pending' ORDER BY created_at, id")
    return [orjson.loads(vaults.vault().open(bytes(message), outbox.CONTEXT + message_id)) for message_id, message in found]


def mailed_token() -> str:
    """Return the token in the last mail."""
    return str(mailed()[-1]["values"]["token"])


def audited(action: str) -> list[tuple[Any, ...]]:
    """Return `(tenant, actor kind, actor, object, changes)` of the audit entries of an act, the oldest first."""
    sql = "SELECT tenant_id, actor_kind, actor_id, object_id, changes FROM audit WHERE action = ? ORDER BY position"
    return database.rows(sql, (action,))
