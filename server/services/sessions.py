"""Sessions: signing in with a password, and a second factor where there is one, for a token that ends by itself.

A wrong password, an unknown user, a disabled one and one who never accepted an invitation answer alike and as slowly.
Failures are counted and lead to growing delays; every sign-in and refusal is in the audit trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain import keys
from server.domain.actor import Actor, ActorKind
from server.domain.errors import Denied, NeedsUser, Unauthenticated
from server.services import events, lockouts, passwords, totp, vaults
from server.services.credentials import GENERATION
from server.services.users import Password, fold, shown
from server.store import database, generations, sessions, tenants, users
from server.system import clock, ids

if TYPE_CHECKING:
    from server.store.users import Row

HOUR_MS: Final = 3_600_000
KEPT_MS: Final = 30 * 24 * HOUR_MS


class SignIn(BaseModel):
    """Who signs in. `totp` is a code of the authenticator app, or a recovery code."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, StringConstraints(max_length=254)]
    password: Password
    totp: Annotated[str, StringConstraints(max_length=20), Field(examples=["123456"])] | None = None


class SessionOnce(BaseModel):
    """A session with its token, shown this once. With `must_change_password` it opens nothing else until the password is changed."""

    object: str
    token: str
    expires_at: str
    must_change_password: bool
    user: dict[str, Any]


def create(actor: Actor, body: SignIn, hours: int) -> dict[str, Any]:
    """Sign in. Slow: hashes. Raises Unauthenticated (`invalid_credentials`, `invalid_totp`), NeedsUser (`totp_required`), Limited."""
    email = fold(body.email)
    subjects = (lockouts.account(email), lockouts.address(actor.address))
    lockouts.check(subjects)
    row = users.find_by_email(email)
    stored = row["password_hash"] if row and row["status"] == "active" else None
    if not passwords.verify(stored, body.password) or row is None:
        raise _refused(actor, row, subjects, "invalid_credentials", "This address and password do not belong together.")
    _check_tenant(row)
    if row["totp_enabled"]:
        _check_second_factor(actor, row, subjects, body.totp)
    renewed = passwords.digest(body.password) if passwords.outdated(row["password_hash"]) else None
    with database.transaction():
        lockouts.clear(subjects[0])
        if renewed:
            users.put(row["tenant_id"], row["id"], {"password_hash": renewed})
        return _open(actor, row, hours)


def open_for(actor: Actor, user_id: str, hours: int) -> dict[str, Any]:
    """Return a new session for a user who has just proven to be one, such as by changing the password."""
    row = users.find_anywhere(user_id)
    if row is None:
        raise Unauthenticated
    with database.transaction():
        return _open(actor, row, hours)


def _open(actor: Actor, row: Row, hours: int) -> dict[str, Any]:
    token, now = keys.mint("live", "ses"), clock.now_ms()
    session_id, expires = ids.new_id("ses"), now + hours * HOUR_MS
    sessions.prune(now - KEPT_MS)
    sessions.insert(row["tenant_id"], session_id, row["id"], vaults.vault().digest(token, "session"), actor.address, now, expires)
    users.put(row["tenant_id"], row["id"], {"last_sign_in_at": now})
    events.record_audit(_as(actor, row), "session.created", session_id)
    must_change = bool(row["must_change_password"])
    return {
        "object": "session",
        "token": token,
        "expires_at": clock.rfc3339(expires),
        "must_change_password": must_change,
        "user": shown({**row, "last_sign_in_at": now}),
    }


def _as(actor: Actor, row: Row | None) -> Actor:
    """Return the user as the actor of the audit entry; a stranger stays one."""
    if row is None:
        return actor
    kind: ActorKind = "user" if row["tenant_id"] else "operator"
    return Actor(kind, row["id"], row["tenant_id"] or "", "live", frozenset(), row["role"], row["id"], actor.address, actor.request_id)


def _refused(actor: Actor, row: Row | None, subjects: tuple[lockouts.Subject, ...], code: str, detail: str) -> Unauthenticated:
    """Count and record a failure, and return what to raise."""
    with database.transaction():
        lockouts.count_failure(subjects)
        events.record_audit(_as(actor, row), "session.refused", row["id"] if row else "", {"reason": code})
    return Unauthenticated(detail, code=code)


def _check_tenant(row: Row) -> None:
    tenant = tenants.find(row["tenant_id"]) if row["tenant_id"] else None
    if tenant is not None and tenant["status"] != "active":
        raise Denied("This tenant is suspended.", code="tenant_suspended")


def _check_second_factor(actor: Actor, row: Row, subjects: tuple[lockouts.Subject, ...], offered: str | None) -> None:
    if not offered:
        raise NeedsUser("Give the code of your authenticator app as `totp`.", code="totp_required")
    with database.transaction():
        right = totp.fits(row, offered)
    if not right:
        raise _refused(actor, row, subjects, "invalid_totp", "The code is wrong, or was used before.")


def end(actor: Actor, token: str) -> None:
    """End the session of a token. Raises Unauthenticated when it is none."""
    found = sessions.find_by_digest(vaults.vault().digest(token, "session"), clock.now_ms())
    if found is None:
        raise Unauthenticated("Only people who have signed in can do this.", code="session_needed")
    with database.transaction():
        sessions.revoke(found.id, clock.now_ms())
        generations.bump(GENERATION)
        events.record_audit(actor, "session.ended", found.id)
