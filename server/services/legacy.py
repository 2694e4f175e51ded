"""Legacy access: whether SuiteCRM's clients may come in, and the application passwords that they sign in with.

It is off until it is switched on for a tenant. Nobody's own password ever works there: an application password is made by the
appliance, shown once, and kept as argon2id of its MD5, which is all that one of the two wire formats ever sends. A wrong
password, an unknown user, one without such a password and a tenant where it is off answer alike and as slowly.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.errors import Denied, Fault, Missing, Unauthenticated, Unprocessable
from server.domain.permissions import ROLES, grants, normalise_scopes, permit
from server.services import custom_fields, events, lockouts, passwords, vaults
from server.services.custom_fields import NewField
from server.services.keys import Scope
from server.services.legacy_fields import NEEDED
from server.services.users import fold
from server.store import database, legacy, users
from server.store.custom_fields import declared
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Mode
    from server.store.legacy import Row

DEFAULT_SCOPES: Final = ("activities:write", "companies:write", "contacts:write", "deals:write", "documents:write", "users:read")
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS: Final = 5
_GROUP_LENGTH: Final = 5
_MODES: Final[tuple[Mode, ...]] = ("live", "test")


class LegacyChange(BaseModel):
    """Whether SuiteCRM's clients may come in."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool


class LegacyView(LegacyChange):
    """Whether SuiteCRM's clients may come in."""

    object: str


class NewLegacyPassword(BaseModel):
    """Whose password it is, and what it may be used for; what the user may do is a limit besides. It replaces an earlier one."""

    model_config = ConfigDict(extra="forbid")

    user_id: Annotated[str, StringConstraints(max_length=40)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=100)] = list(DEFAULT_SCOPES)


class LegacyPasswordView(BaseModel):
    """An application password as it is listed."""

    id: str
    object: str
    user_id: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None


class LegacyPasswordOnce(LegacyPasswordView):
    """An application password with its text and the name that goes with it, shown this once."""

    username: str
    password: str


def get(actor: Actor) -> dict[str, Any]:
    """Tell whether SuiteCRM's clients may come in."""
    permit(actor, "users:read")
    return {"object": "legacy_access", "enabled": legacy.is_enabled(actor.tenant_id)}


def put(actor: Actor, *, enabled: bool) -> dict[str, Any]:
    """Let SuiteCRM's clients in, or no longer; the fields that they need and records here lack are declared as custom fields."""
    permit(actor, "users:write")
    with database.transaction():
        before = legacy.is_enabled(actor.tenant_id)
        if enabled:
            declare_fields(actor)
        if before is not enabled:
            legacy.put_access(actor.tenant_id, enabled=enabled, now_ms=clock.now_ms())
            events.record_audit(actor, "legacy_access.updated", actor.tenant_id, {"enabled": [before, enabled]})
    return {"object": "legacy_access", "enabled": enabled}


def declare_fields(actor: Actor) -> None:
    """Declare what is not declared yet, in both modes; a field of the tenant's own by the same name is used as it is."""
    for mode in _MODES:
        for plural, kinds in NEEDED.items():
            there = {name for name, *_ in declared(actor.tenant_id, mode, plural)}
            for kind, name in ((kind, name) for kind, names in kinds.items() for name in names if name not in there):
                field = NewField.model_validate({"name": name, "type": kind, "label": name.replace("_", " ").capitalize()})
                custom_fields.declare(replace(actor, mode=mode), plural, field)


def shown(row: Row) -> dict[str, Any]:
    """Return an application password in its wire form, without its text."""
    times = {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "last_used_at")}
    return {"id": row["id"], "object": "legacy_password", "user_id": row["user_id"], "scopes": row["scopes"], **times}


def list_passwords(actor: Actor) -> list[dict[str, Any]]:
    """Return the application passwords of the tenant, the newest first."""
    permit(actor, "users:read")
    return [shown(row) for row in legacy.passwords(actor.tenant_id)]


def create_password(actor: Actor, body: NewLegacyPassword) -> dict[str, Any]:
    """Make an application password for a user; an earlier one and all that came of it end. Slow: hashes."""
    permit(actor, "users:write")
    scopes = sorted(normalise_scopes(body.scopes))
    user = users.find(actor.tenant_id, body.user_id)
    if user is None or user["status"] != "active":
        detail = f"There is no active user '{body.user_id}'."
        raise Unprocessable(detail, faults=[Fault("/user_id", "unknown_reference", detail)])
    _refuse_more(actor, scopes, user["role"])
    text = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    now = clock.now_ms()
    row = {"id": ids.new_id("lap"), "user_id": user["id"], "digest": passwords.digest(md5_of(text)), "scopes": scopes, "created_by": actor.id}
    row |= {"created_at": now, "last_used_at": None}
    with database.transaction():
        legacy.revoke_of_user(actor.tenant_id, user["id"], now)
        legacy.replace_password(actor.tenant_id, row)
        events.record_audit(actor, "legacy_password.created", row["id"], {"user_id": [None, user["id"]], "scopes": [None, scopes]})
    return {**shown(row), "username": user["email"], "password": text}


def _refuse_more(actor: Actor, scopes: list[str], role: str) -> None:
    """Raise Denied where the password would let its holder do more than its maker may."""
    beyond = [scope for scope in scopes if grants(ROLES[role], scope) and not (grants(actor.scopes, scope) and grants(ROLES[actor.role], scope))]
    if beyond:
        raise Denied(f"You cannot give away scopes that you lack yourself: {', '.join(beyond)}.", code="insufficient_scope")


def delete_password(actor: Actor, password_id: str) -> None:
    """End an application password and all that came of it. Raises Missing."""
    permit(actor, "users:write")
    with database.transaction():
        row = legacy.find_password(actor.tenant_id, password_id)
        if row is None:
            raise Missing(f"There is no application password '{password_id}'.")
        legacy.revoke_of_user(actor.tenant_id, row["user_id"], clock.now_ms())
        legacy.delete_password(actor.tenant_id, password_id)
        events.record_audit(actor, "legacy_password.deleted", password_id, {"user_id": [row["user_id"], None]})


def md5_of(password: str) -> str:
    """Return what one of the wire formats sends instead of a password."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


def sign_in(actor: Actor, username: str, md5: str, tenant_id: str | None = None) -> tuple[dict[str, Any], Row]:
    """Return the user, of one tenant if that is known, and the application password that a name and an MD5 belong to. Slow: hashes.

    Raises Unauthenticated (`invalid_credentials`), and Limited after many failures. Success and failure are audited.
    """
    email = fold(username[:254])
    subjects = (lockouts.Subject(f"legacy:{vaults.vault().digest(email, 'lockout')}", lockouts.FREE_FOR_ACCOUNT), lockouts.address(actor.address))
    lockouts.check(subjects)
    found = users.find_by_email(email)
    user = found if found and found["tenant_id"] and tenant_id in {None, found["tenant_id"]} else None
    row = legacy.find_password_of(user["tenant_id"], user["id"]) if user and user["status"] == "active" else None
    if not passwords.verify(row["digest"] if row else None, md5.lower()) or row is None or user is None or not legacy.is_open(user["tenant_id"]):
        raise _refused(actor, user, subjects)
    with database.transaction():
        lockouts.clear(subjects[0])
        legacy.touch_password(user["tenant_id"], row["id"], clock.now_ms())
        events.record_audit(_as(actor, user), "legacy_session.created", row["id"])
    return user, row


def _refused(actor: Actor, user: dict[str, Any] | None, subjects: tuple[lockouts.Subject, ...]) -> Unauthenticated:
    with database.transaction():
        lockouts.count_failure(subjects)
        events.record_audit(_as(actor, user), "legacy_session.refused", user["id"] if user else "", {"reason": "invalid_credentials"})
    return Unauthenticated("This name and application password do not belong together.", code="invalid_credentials")


def _as(actor: Actor, user: dict[str, Any] | None) -> Actor:
    """Return the user as the actor of the audit entry; a stranger stays one."""
    if user is None:
        return actor
    return Actor("user", user["id"], user["tenant_id"] or "", "live", frozenset(), user["role"], user["id"], actor.address, actor.request_id)
