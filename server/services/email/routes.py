"""Routes: what becomes of mail that arrives, by whom it is for, where it was fetched, who it is from and what it is about.

The first active route that fits decides. An address that others may write to has to lie in a verified domain of the tenant's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.mail.addressing import normal
from server.domain.permissions import permit
from server.services import events, pages
from server.services.changes import Change
from server.services.email import signing
from server.services.email.suppressions import read_value
from server.store import database
from server.store import email_routes as store
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor

    Row = dict[str, Any]

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=254)]


class Action(BaseModel):
    """What is done: an activity of the contact's, an event for webhooks alone, a copy to an address, a message for a connector, or nothing."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["activity", "webhook", "address", "connector", "discard"]
    to: Annotated[str, StringConstraints(max_length=254)] | None = Field(None, description="Of `address`: who gets a copy.")
    source_id: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, description="Of `connector`: the inbound source that gets it.")


class EmailRouteChange(Change):
    """What may be changed of a route; of what it asks for everything has to fit, and what is left out always does.

    `addresses` are addresses, or domains written `@example.com`; `accounts` are mail accounts that mail is fetched from. With
    `proven_only` the route takes only mail whose sender is proven by DMARC.
    """

    clearable = frozenset({"sender", "subject"})

    name: Name | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    addresses: Annotated[list[Pattern], Field(max_length=100)] | None = None
    accounts: Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=100)] | None = None
    sender: Pattern | None = None
    subject: Pattern | None = None
    proven_only: bool | None = None
    actions: Annotated[list[Action], Field(min_length=1, max_length=10)] | None = None
    active: bool | None = None


class NewEmailRoute(EmailRouteChange):
    """What makes a route."""

    name: Name
    actions: Annotated[list[Action], Field(min_length=1, max_length=10)]


class EmailRouteView(BaseModel):
    """A route as it is listed."""

    id: str
    object: str
    name: str
    position: int
    addresses: list[str]
    accounts: list[str]
    sender: str | None
    subject: str | None
    proven_only: bool
    actions: list[Action]
    active: bool
    version: int
    created_at: str
    updated_at: str


_OPTIONS: Final = ("addresses", "accounts", "sender", "subject", "proven_only", "actions")
_EMPTY: Final[dict[str, Any]] = {"addresses": [], "accounts": [], "sender": None, "subject": None, "proven_only": False, "actions": []}


def shown(row: Row) -> dict[str, Any]:
    """Return a route in its wire form."""
    found: dict[str, Any] = {"id": row["id"], "object": "email_route", "name": row["name"], "position": row["position"]}
    found |= _EMPTY | orjson.loads(row["options"]) | {"active": bool(row["active"]), "version": row["version"]}
    return found | {"created_at": clock.rfc3339(row["created_at"]), "updated_at": clock.rfc3339(row["updated_at"])}


def create(actor: Actor, body: NewEmailRoute) -> dict[str, Any]:
    """Make a route. Raises Unprocessable (`invalid_route`), Conflict (`route_address_taken`)."""
    permit(actor, "email:write")
    now = clock.now_ms()
    row: Row = {"id": ids.new_id("rte"), "name": body.name, "position": body.position or 0, "active": int(body.active is not False)}
    row |= {"options": _options(actor, {}, body), "version": 1, "created_at": now, "updated_at": now, "deleted_at": None}
    with database.transaction():
        store.insert(actor.tenant_id, actor.mode, row)
        _lead(actor, row)
        events.emit(actor, "email_route.created", row["id"], record=shown(row))
    return shown(row)


def _options(actor: Actor, before: dict[str, Any], body: EmailRouteChange) -> str:
    given = body.model_dump(include=set(_OPTIONS), exclude_unset=True)
    found = {**_EMPTY, **before, **{name: _EMPTY[name] if value is None else value for name, value in given.items()}}
    found["addresses"] = [_address(actor, text, place) for place, text in enumerate(found["addresses"])]
    for place, action in enumerate(found["actions"]):
        _check_action(action, place)
    return orjson.dumps(found).decode()


def _address(actor: Actor, text: str, place: int) -> str:
    """Return an address or `@domain` in its one spelling; refuses what is not in a verified domain of the tenant's."""
    kind, value = read_value(text)
    domain = value.rpartition("@")[2]
    if not signing.is_verified(actor.tenant_id, actor.mode, domain):
        raise _invalid(f"/addresses/{place}", f"{domain} is no verified domain of this tenant.")
    return value if kind == "address" else f"@{domain}"


def _check_action(action: dict[str, Any], place: int) -> None:
    needed = {"address": "to", "connector": "source_id"}.get(action["type"])
    if needed and not action.get(needed):
        raise _invalid(f"/actions/{place}/{needed}", f"An action of type {action['type']} needs it.")
    if action.get("to"):
        read_value(action["to"], "address")


def _invalid(pointer: str, detail: str) -> Unprocessable:
    return Unprocessable("The route cannot be followed.", code="invalid_route", faults=[Fault(pointer, "invalid_route", detail)])


def _lead(actor: Actor, row: Row) -> None:
    """Lead the route's addresses to it, as long as it is active."""
    wanted = orjson.loads(row["options"])["addresses"] if row["active"] and row["deleted_at"] is None else []
    taken = store.set_addresses(actor.tenant_id, actor.mode, row["id"], wanted)
    if taken:
        raise Conflict(f"{', '.join(taken)} leads elsewhere already.", code="route_address_taken")


def get(actor: Actor, route_id: str) -> dict[str, Any]:
    """Return a route. Raises Missing."""
    permit(actor, "email:read")
    return shown(_found(actor, route_id))


def _found(actor: Actor, route_id: str) -> Row:
    row = store.find(actor.tenant_id, actor.mode, route_id)
    if row is None:
        raise Missing(f"There is no route '{route_id}'.")
    return row


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of routes, and the cursor of the next."""
    permit(actor, "email:read")
    scope = pages.scope_of(actor, "email_routes")
    found, following = pages.page(scope, cursor, limit, lambda before, most: store.page(actor.tenant_id, actor.mode, before, most))
    return [shown(row) for row in found], following


def update(actor: Actor, route_id: str, body: EmailRouteChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a route. Raises as `create`, and Missing or Stale."""
    permit(actor, "email:write")
    given = body.model_dump(include={"name", "position"}, exclude_unset=True, exclude_none=True)
    with database.transaction():
        before = _found(actor, route_id)
        row = before | given | {"options": _options(actor, orjson.loads(before["options"]), body)}
        row |= {"active": before["active"] if body.active is None else int(body.active)}
        _write(actor, before, row, version)
        events.emit(actor, "email_route.updated", route_id, record=shown(row))
    return shown(row)


def remove(actor: Actor, route_id: str, *, version: int | None = None) -> None:
    """Remove a route. Raises Missing or Stale."""
    permit(actor, "email:write")
    with database.transaction():
        before = _found(actor, route_id)
        _write(actor, before, before | {"deleted_at": clock.now_ms()}, version)
        events.emit(actor, "email_route.deleted", route_id, record=shown(before))


def _write(actor: Actor, before: Row, row: Row, version: int | None) -> None:
    if version not in {None, before["version"]}:
        raise Stale(current=before["version"])
    row |= {"version": before["version"] + 1, "updated_at": clock.now_ms()}
    if not store.update(actor.tenant_id, actor.mode, row, before["version"]):
        raise Stale
    _lead(actor, row)


def fitting(tenant_id: str, mode: str, *, recipients: list[str], accounts: list[str], sender: str, subject: str, proven: bool) -> Row | None:
    """Return the first active route that a mail fits, as it is shown, or None."""
    facts = {"recipients": [normal(one) for one in recipients], "accounts": accounts, "sender": normal(sender), "subject": subject.casefold()}
    return next((route for row in store.in_force(tenant_id, mode) if _fits(route := shown(row), facts, proven=proven)), None)


def _fits(route: Row, facts: dict[str, Any], *, proven: bool) -> bool:
    wanted = (
        not route["addresses"] or any(_matches(pattern, one) for pattern in route["addresses"] for one in facts["recipients"]),
        not route["accounts"] or bool(set(route["accounts"]) & set(facts["accounts"])),
        route["sender"] is None or _matches(route["sender"].casefold(), facts["sender"]),
        route["subject"] is None or route["subject"].casefold() in facts["subject"],
        proven or not route["proven_only"],
    )
    return all(wanted)


def _matches(pattern: str, address: str) -> bool:
    """Tell whether an address is the pattern, lies in its `@domain`, or carries a `+tag` on it."""
    local, _, domain = address.rpartition("@")
    return pattern in {address, f"@{domain}", domain, f"{local.partition('+')[0]}@{domain}"}


def accepting(addresses: list[str]) -> dict[str, tuple[str, str, str]]:
    """Return which recipients lead to a route, each with `(tenant_id, mode, route_id)`: an address, one with a tag, or its domain."""
    spelled = {address: _candidates(normal(address)) for address in addresses}
    found = store.leading(sorted({one for many in spelled.values() for one in many}))
    return {address: next(found[one] for one in many if one in found) for address, many in spelled.items() if any(one in found for one in many)}


def _candidates(address: str) -> tuple[str, str, str]:
    local, _, domain = address.rpartition("@")
    return address, f"{local.partition('+')[0]}@{domain}", f"@{domain}"
