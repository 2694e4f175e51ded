"""Accounts: what people do about their own password, with a one-time token or signed in.

Asking for a reset answers the same whether there is such a user or not. A new password ends every session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from server.domain import passwords as rules
from server.domain.errors import Conflict, Fault, Missing, Unauthenticated, Unprocessable
from server.domain.permissions import permit
from server.services import events, lockouts, mails, one_time_tokens, passwords
from server.services.credentials import GENERATION
from server.services.one_time_tokens import INVITATION, PASSWORD_RESET, Purpose
from server.services.tenants import within
from server.services.users import Email, Name, Password, home
from server.store import database, generations, sessions, users
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.users import Row

_MINUTE_MS: Final = 60_000


class ResetRequest(BaseModel):
    """Whose password to reset."""

    model_config = ConfigDict(extra="forbid")

    email: Email


class NewPassword(BaseModel):
    """A token from a mail, and the password chosen."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200)
    password: Password


class Acceptance(NewPassword):
    """An invitation's token, the password chosen, and the name, if it is to be another."""

    name: Name | None = None


class PasswordChange(BaseModel):
    """The present password and the new one."""

    model_config = ConfigDict(extra="forbid")

    current_password: Password
    password: Password


def person(actor: Actor) -> Row:
    """Return the signed-in user behind an actor. Raises Unauthenticated for keys and strangers."""
    found = users.find_anywhere(actor.id) if actor.kind in {"user", "operator"} else None
    if found is None:
        raise Unauthenticated("Only people who have signed in can do this.", code="session_needed")
    return found


def request_reset(actor: Actor, email: str) -> None:
    """Mail a token to a user; says nothing when there is none, or when one was mailed within the last minute."""
    row = users.find_by_email(email)
    if row is None or row["status"] != "active" or one_time_tokens.recently_issued(row["id"], PASSWORD_RESET, _MINUTE_MS):
        return
    with database.transaction():
        _send_reset(row)
        events.record_audit(within(actor, row["tenant_id"] or ""), "user.password_reset_requested", row["id"])


def send_reset(actor: Actor, user_id: str) -> None:
    """Mail a token to a user on an administrator's behalf, and sign the user out everywhere."""
    permit(actor, "users:write")
    row = users.find(home(actor), user_id)
    if row is None:
        raise Missing(f"There is no user '{user_id}'.")
    if row["status"] != "active":
        raise Conflict("Only an active user has a password to reset.", code="user_not_active")
    with database.transaction():
        sessions.revoke_all(user_id, clock.now_ms())
        generations.bump(GENERATION)
        _send_reset(row)
        events.record_audit(actor, "user.password_reset_requested", user_id)


def _send_reset(row: Row) -> None:
    token = one_time_tokens.issue(row["id"], PASSWORD_RESET)
    values = {"email": row["email"], "token": token, "valid_minutes": PASSWORD_RESET.valid_ms // _MINUTE_MS}
    mails.queue("password_reset", row["email"], values, useful_ms=PASSWORD_RESET.valid_ms)


def confirm_reset(actor: Actor, body: NewPassword) -> None:
    """Set a new password by a mailed token, once. Slow: hashes. Raises Unprocessable (`invalid_token`, `weak_password`)."""
    _take_token(actor, body, PASSWORD_RESET, {}, "user.password_reset")


def accept_invitation(actor: Actor, body: Acceptance) -> None:
    """Choose a password for an invited user, who is active from now on. Slow: hashes."""
    change = {"status": "active"} | ({"name": body.name} if body.name else {})
    _take_token(actor, body, INVITATION, change, "user.accepted")


def _take_token(actor: Actor, body: NewPassword, purpose: Purpose, change: dict[str, Any], action: str) -> None:
    row = users.find_anywhere(one_time_tokens.user_of(body.token, purpose))
    if row is None:
        raise Missing("This user was removed.")
    rules.check_password(body.password, row["email"])
    hashed = passwords.digest(body.password)
    with database.transaction():
        one_time_tokens.use(body.token, purpose)
        _set_password(row, hashed, change)
        lockouts.clear(lockouts.account(row["email"]))
        events.record_audit(within(actor, row["tenant_id"] or ""), action, row["id"])


def change_password(actor: Actor, body: PasswordChange) -> Row:
    """Change one's own password, ending every session, this one included; returns the user, to be signed in again. Slow: hashes."""
    row = person(actor)
    if not passwords.verify(row["password_hash"], body.current_password):
        fault = Fault("/current_password", "wrong_password", "This is not the present password.")
        raise Unprocessable("The present password is wrong.", code="wrong_password", faults=[fault])
    rules.check_password(body.password, row["email"])
    if body.password == body.current_password:
        raise Unprocessable("The new password has to be another one.", faults=[Fault("/password", "password_unchanged", "It is the present one.")])
    hashed = passwords.digest(body.password)
    with database.transaction():
        _set_password(row, hashed, {})
        events.record_audit(actor, "user.password_changed", row["id"])
    return row


def set_password(user_id: str, password: str, *, must_change: bool = False) -> None:
    """Set a user's password from the command line, by whoever holds the data folder. Slow: hashes. Raises Missing."""
    row = users.find_anywhere(user_id)
    if row is None:
        raise Missing(f"There is no user '{user_id}'.")
    rules.check_password(password, row["email"])
    hashed = passwords.digest(password)
    with database.transaction():
        _set_password(row, hashed, {"status": "active", "must_change_password": int(must_change)})


def _set_password(row: Row, hashed: str, change: dict[str, Any]) -> None:
    now = clock.now_ms()
    users.put(row["tenant_id"], row["id"], {"must_change_password": 0, **change, "password_hash": hashed, "updated_at": now})
    sessions.revoke_all(row["id"], now)
    generations.bump(GENERATION)
