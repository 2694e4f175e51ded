"""Users of a tenant, and for operators the users of all tenants and operators themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from server.services import accounts, tenants, users
from server.services.users import Invitation, NewUser, UserChange, UserView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import CALLED, PAGE_PARAMETERS, TENANT
from server.web.routes import Group, Route, Runs

if TYPE_CHECKING:
    from server.domain.actor import Actor

_BASE: Final = "/api/v1/users"
_ADMIN: Final = "/admin/v1/users"
_EXAMPLE: Final = {"email": "ada@example.com", "name": "Ada Lovelace", "role": "member"}


class PlacedUser(NewUser):
    """What makes a user of a tenant, or without `tenant_id` an operator."""

    tenant_id: str | None = Field(default=None, max_length=40)


class PlacedInvitation(Invitation):
    """Whom to invite into a tenant, or without `tenant_id` as an operator."""

    tenant_id: str | None = Field(default=None, max_length=40)


def list_users(call: Call) -> Answer:
    """List users."""
    found, cursor = users.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def list_all_users(call: Call) -> Answer:
    """List the users of every tenant and operators, or of one tenant."""
    tenant_id, words = call.query("tenant"), call.query("search") or ""
    cursor, limit = call.query("cursor"), call.number("limit", 50, 1, 200)
    if tenant_id is None:
        found, following = users.list_page_of_all(call.actor, cursor, limit, words)
    else:
        found, following = users.list_page(tenants.within(call.actor, tenant_id), cursor, limit, words)
    return list_answer(found, following, call)


def create_user(call: Call) -> Answer:
    """Make a user."""
    return _made(call, users.create(_place(call), NewUser(**call.body.model_dump(exclude={"tenant_id"}))))


def invite_user(call: Call) -> Answer:
    """Invite a user."""
    return _made(call, users.invite(_place(call), Invitation(**call.body.model_dump(exclude={"tenant_id"}))))


def invite_user_again(call: Call) -> Answer:
    """Send another invitation."""
    return answer(users.invite_again(_placed(call), call.params["id"]), 202)


def get_user(call: Call) -> Answer:
    """Get a user."""
    return record_answer(users.get(_placed(call), call.params["id"]))


def update_user(call: Call) -> Answer:
    """Change a user."""
    return record_answer(users.update(_placed(call), call.params["id"], call.body, version=call.version()))


def delete_user(call: Call) -> Answer:
    """Remove a user."""
    users.remove(_placed(call), call.params["id"])
    return empty_answer()


def reset_user_password(call: Call) -> Answer:
    """Mail a user the way to a new password."""
    accounts.send_reset(_placed(call), call.params["id"])
    return answer({"object": "accepted"}, 202)


def _place(call: Call) -> Actor:
    """Return the actor where the new user is to be at home."""
    wanted = getattr(call.body, "tenant_id", None)
    if wanted is None:
        return call.actor
    tenants.get(call.actor, wanted)
    return tenants.within(call.actor, wanted)


def _placed(call: Call) -> Actor:
    """Return the actor where the user is at home: an operator outside the tenants goes there."""
    return call.actor if call.route.access == "tenant" else users.placed(call.actor, call.params["id"])


def _made(call: Call, found: dict[str, Any]) -> Answer:
    base = _BASE if call.route.access == "tenant" else _ADMIN
    return record_answer(found, 201, f"{base}/{found['id']}")


def _routes(group: Group, suffix: str, made: type[NewUser], invited: type[Invitation]) -> list[Route]:
    return [
        group.post("", create_user, "Create or invite a user", name=f"create_{suffix}", runs=Runs.WORK, body=made, answer=UserView, status=201,
                   example=_EXAMPLE),
        group.post("/invite", invite_user, "Invite a user by mail", name=f"invite_{suffix}", body=invited, answer=UserView, status=201,
                   example=_EXAMPLE),
        group.get("/{id}", get_user, "Get a user", name=f"get_{suffix}", answer=UserView),
        group.patch("/{id}", update_user, "Change name, role or status", name=f"update_{suffix}", takes_version=True, body=UserChange,
                    answer=UserView,
                    example={"role": "viewer"}),
        group.delete("/{id}", delete_user, "Remove a user", name=f"delete_{suffix}"),
        group.post("/{id}/invite", invite_user_again, "Send another invitation", name=f"invite_{suffix}_again", answer=UserView, status=202),
        group.post("/{id}/reset-password", reset_user_password, "Sign a user out and mail the way to a new password",
                   name=f"reset_{suffix}_password", status=202),
    ]  # fmt: skip


_OURS: Final = Group(_BASE, "Users", "users")
_ALL: Final = Group(_ADMIN, "Administration", access="operator")
ROUTES: Final = [
    _OURS.get("", list_users, "List users", answer=UserView, listed=True, query=PAGE_PARAMETERS),
    *_routes(_OURS, "user", NewUser, Invitation),
    _ALL.get(
        "",
        list_all_users,
        "List users of all tenants and operators",
        answer=UserView,
        listed=True,
        runs=Runs.READ,
        query=(*PAGE_PARAMETERS, TENANT, CALLED),
    ),
    *_routes(_ALL, "any_user", PlacedUser, PlacedInvitation),
]
