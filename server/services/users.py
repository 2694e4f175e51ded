"""Users of a tenant, and operators: created, invited, changed and removed by those who may.

An actor inside a tenant sees that tenant's users; an operator outside any tenant sees operators. Nobody acts on a role above
their own, and the last active owner of a tenant and the last active operator stay. What people do about their own password
is in `services/accounts.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from server.domain import passwords as rules
from server.domain.blanks import trimmed
from server.domain.errors import Conflict, Denied, Fault, Missing, Stale, Unprocessable
from server.domain.permissions import permit
from server.services import events, mails, one_time_tokens, pages, passwords
from server.services.credentials import GENERATION
from server.services.one_time_tokens import INVITATION
from server.services.tenants import require_operator, within
from server.store import database, generations, sessions, tenants, users
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.users import Row

RANK: Final = {"viewer": 0, "member": 1, "admin": 2, "owner": 3, "operator": 4}
KEPT_ROLES: Final = frozenset({"owner", "operator"})
_DAY_MS: Final = 86_400_000


def fold(email: str) -> str:
    """Return the one spelling of an address that a user is known by."""
    return trimmed(email).casefold()


Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^\s*[^@\s<>\x00-\x1f]+@[^@\s<>\x00-\x1f]+\s*$"), AfterValidator(fold)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Role = Literal["owner", "admin", "member", "viewer", "operator"]


class NewUser(BaseModel):
    """What makes a user. Without a `password` an invitation is sent, and the user chooses one."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    name: Name | None = None
    role: Role | None = None
    password: Password | None = None


class Invitation(BaseModel):
    """Whom to invite."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    name: Name | None = None
    role: Role | None = None


class UserChange(BaseModel):
    """What may be changed about a user."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    role: Role | None = None
    status: Literal["active", "disabled"] | None = None


class UserView(BaseModel):
    """A user as listed."""

    id: str
    object: str
    tenant_id: str | None
    email: str
    name: str | None
    role: Role
    status: Literal["active", "invited", "disabled"]
    totp_enabled: bool
    last_sign_in_at: str | None
    version: int
    created_at: str
    updated_at: str


def shown(row: Row) -> dict[str, Any]:
    """Return a user in wire form, without anything secret."""
    found: dict[str, Any] = {"id": row["id"], "object": "user"}
    found |= {name: row[name] for name in ("tenant_id", "email", "name", "role", "status")}
    found["totp_enabled"] = bool(row["totp_enabled"])
    found["last_sign_in_at"] = None if row["last_sign_in_at"] is None else clock.rfc3339(row["last_sign_in_at"])
    found["version"] = row["version"]
    return found | {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}


def home(actor: Actor) -> str | None:
    """Return whose users the actor deals with: a tenant's, or None for operators."""
    if not actor.tenant_id:
        require_operator(actor)
    return actor.tenant_id or None


def create(actor: Actor, body: NewUser) -> dict[str, Any]:
    """Make a user with a password, or invite one. Raises Conflict for a taken address. Slow: hashes the password."""
    permit(actor, "users:write")
    if body.password is None:
        return invite(actor, Invitation(email=body.email, name=body.name, role=body.role))
    rules.check_password(body.password, body.email)
    row = _row(actor, body, passwords.digest(body.password))
    with database.transaction():
        _insert(actor, row)
    return shown(row)


def invite(actor: Actor, body: Invitation) -> dict[str, Any]:
    """Make a user without a password, and mail the way to choose one."""
    permit(actor, "users:write")
    row = _row(actor, body, None)
    with database.transaction():
        _insert(actor, row)
        _send_invitation(actor, row)
    return shown(row)


def invite_again(actor: Actor, user_id: str) -> dict[str, Any]:
    """Send another invitation; the one before ends."""
    permit(actor, "users:write")
    with database.transaction():
        row = _find(actor, user_id)
        if row["status"] != "invited":
            raise Conflict("This user has accepted already.", code="invitation_accepted")
        _refuse_above(actor, row["role"])
        _send_invitation(actor, row)
        events.record_audit(actor, "user.invited", user_id)
    return shown(row)


def _row(actor: Actor, body: NewUser | Invitation, password_hash: str | None) -> Row:
    tenant_id, now = home(actor), clock.now_ms()
    role = body.role or ("member" if tenant_id else "operator")
    _check_role(actor, tenant_id, role)
    return {
        "id": ids.new_id("usr"),
        "tenant_id": tenant_id,
        "email": body.email,
        "name": body.name,
        "role": role,
        "status": "active" if password_hash else "invited",
        "password_hash": password_hash,
        "totp_enabled": 0,
        "last_sign_in_at": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _insert(actor: Actor, row: Row) -> None:
    if users.find_by_email(row["email"]) is not None:
        raise Conflict("There is a user with this address already.", code="email_taken")
    users.insert(row["tenant_id"], row)
    _tell(actor, "user.created", row, {"email": [None, row["email"]], "role": [None, row["role"]]})


def _send_invitation(actor: Actor, row: Row) -> None:
    tenant = tenants.find(row["tenant_id"]) if row["tenant_id"] else None
    inviter = users.find_anywhere(actor.owner_id) if actor.owner_id else None
    values = {
        "inviter": (inviter["name"] or inviter["email"]) if inviter else "The administrator",
        "tenant": tenant["name"] if tenant else None,
        "token": one_time_tokens.issue(row["id"], INVITATION),
        "valid_days": INVITATION.valid_ms // _DAY_MS,
    }
    mails.queue("invitation", row["email"], values, useful_ms=INVITATION.valid_ms)


def _tell(actor: Actor, action: str, row: Row, changes: dict[str, Any]) -> None:
    """Emit a tenant's event; an operator is nobody's row, so only the audit trail hears of one."""
    if row["tenant_id"]:
        events.emit(actor, action, row["id"], changes=changes, record=shown(row))
    else:
        events.record_audit(actor, action, row["id"], changes)


def _check_role(actor: Actor, tenant_id: str | None, role: str) -> None:
    if (role == "operator") is (tenant_id is not None):
        wanted = "owner, admin, member or viewer" if tenant_id else "operator"
        raise Unprocessable("This role is not possible here.", faults=[Fault("/role", "invalid_role", f"Here a role is {wanted}.")])
    _refuse_above(actor, role)


def _refuse_above(actor: Actor, role: str) -> None:
    if actor.kind != "system" and RANK[role] > RANK.get(actor.role, -1):
        raise Denied(f"The role '{role}' is above your own.", code="role_above_own")


def _find(actor: Actor, user_id: str) -> Row:
    row = users.find(home(actor), user_id)
    if row is None:
        raise Missing(f"There is no user '{user_id}'.")
    return row


def get(actor: Actor, user_id: str) -> dict[str, Any]:
    """Return a user. Raises Missing."""
    permit(actor, "users:read")
    return shown(_find(actor, user_id))


def list_page(actor: Actor, cursor: str | None, limit: int, words: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of users, with words of those that are called so, and the cursor of the next."""
    permit(actor, "users:read")
    tenant_id = home(actor)
    found, following = pages.page(repr(("users", tenant_id, words)), cursor, limit, lambda after, most: users.page(tenant_id, after, most, words))
    return [shown(row) for row in found], following


def list_page_of_all(actor: Actor, cursor: str | None, limit: int, words: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the users of every tenant and of operators, with words of those that are called so."""
    require_operator(actor)
    found, following = pages.page(repr(("every user", words)), cursor, limit, lambda after, most: users.page_of_all(after, most, words))
    return [shown(row) for row in found], following


def placed(actor: Actor, user_id: str) -> Actor:
    """Return the operator acting where a user is at home. Raises Missing."""
    require_operator(actor)
    row = users.find_anywhere(user_id)
    if row is None:
        raise Missing(f"There is no user '{user_id}'.")
    return within(actor, row["tenant_id"] or "")


def update(actor: Actor, user_id: str, body: UserChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a user; one that is disabled is signed out everywhere. Raises Conflict for the last owner."""
    permit(actor, "users:write")
    with database.transaction():
        before = _find(actor, user_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        _refuse_above(actor, before["role"])
        change = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value != before[name]}
        if not change:
            return shown(before)
        _check_change(actor, before, change)
        if not users.update(before["tenant_id"], user_id, {**change, "updated_at": clock.now_ms()}, before["version"]):
            raise Stale
        if change.get("status") == "disabled":
            sessions.revoke_all(user_id, clock.now_ms())
        generations.bump(GENERATION)
        after = _find(actor, user_id)
        _tell(actor, "user.updated", after, {name: [before[name], value] for name, value in change.items()})
    return shown(after)


def _check_change(actor: Actor, before: Row, change: dict[str, Any]) -> None:
    nothing = [Fault(f"/{name}", "null_not_allowed", "This cannot be empty.") for name in ("role", "status") if change.get(name, "") is None]
    if nothing:
        raise Unprocessable("This change is not possible.", faults=nothing)
    if "role" in change:
        _check_role(actor, before["tenant_id"], change["role"])
    if change.get("status") == "active" and before["password_hash"] is None:
        raise Conflict("This user has not accepted the invitation yet.", code="invitation_pending")
    if change.get("role", before["role"]) != before["role"] or change.get("status") == "disabled":
        _keep_one(before)


def _keep_one(row: Row) -> None:
    """Raise Conflict when this is the last active user of a role that must not die out."""
    if row["role"] in KEPT_ROLES and users.hold_active(row["tenant_id"], row["role"]) == {row["id"]}:
        raise Conflict(f"This is the last active {row['role']}; make another one first.", code=f"last_{row['role']}")


def remove(actor: Actor, user_id: str) -> None:
    """Remove a user with sessions and invitations; keys that act for this user end. Raises Conflict for the last owner."""
    permit(actor, "users:write")
    with database.transaction():
        before = _find(actor, user_id)
        _refuse_above(actor, before["role"])
        _keep_one(before)
        users.delete(before["tenant_id"], user_id)
        generations.bump(GENERATION)
        _tell(actor, "user.deleted", before, {"email": [before["email"], None]})
