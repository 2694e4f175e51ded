"""Suppressions: addresses and domains that nothing is sent to, in the whole appliance, of a tenant, or on one of its streams.

What a complaint put here comes out only when two different people ask for it. Values are compared in one spelling, so that
neither case nor Unicode gets past them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.domain.mail.addressing import has_controls, mailbox, normal
from server.domain.mail.names import ancestry, ascii_name
from server.domain.permissions import permit
from server.services import events, pages
from server.store import database
from server.store import email_suppressions as store
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.domain.actor import Actor

    Row = dict[str, Any]

Scope = Literal["global", "tenant", "stream"]
Reason = Literal["hard_bounce", "complaint", "unsubscribed", "mailbox_full", "manual", "blocklist", "imported"]
MANUAL: Final = "manual"
COMPLAINT: Final = "complaint"


class NewSuppression(BaseModel):
    """What is suppressed: an address, or a domain with everything below it (`kind` tells by itself when it is left out)."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    kind: Literal["address", "domain"] | None = None
    scope: Scope = "tenant"
    stream: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    reason: Reason = "manual"
    detail: Annotated[str, StringConstraints(max_length=1000)] | None = None
    expires_at: Annotated[int, Field(ge=0, description="Milliseconds since 1970 after which it no longer holds.")] | None = None


class SuppressionView(BaseModel):
    """A suppression as it is listed. `lift_requested_by` is the first of the two people whom an entry of a complaint needs."""

    id: str
    object: str
    value: str
    kind: str
    scope: Scope
    stream: str | None
    reason: str
    source: str
    detail: str | None
    message_id: str | None
    expires_at: str | None
    lift_requested_by: str | None
    lift_requested_at: str | None
    created_at: str


def shown(row: Row) -> dict[str, Any]:
    """Return a suppression in its wire form."""
    scope: Scope = "global" if not row["tenant_id"] else "stream" if row["stream"] else "tenant"
    found: dict[str, Any] = {"id": row["id"], "object": "suppression", "value": row["value"], "kind": row["kind"], "scope": scope}
    found |= {"stream": row["stream"] or None} | {name: row[name] for name in ("reason", "source", "detail", "message_id")}
    found |= {"expires_at": _moment(row["expires_at"]), "lift_requested_by": row["lift_asked_by"], "lift_requested_at": _moment(row["lift_asked_at"])}
    return found | {"created_at": clock.rfc3339(row["created_at"])}


def _moment(value: int | None) -> str | None:
    return None if value is None else clock.rfc3339(value)


def create(actor: Actor, body: NewSuppression) -> dict[str, Any]:
    """Suppress something. Raises Unprocessable for what is neither address nor domain, Conflict where it is suppressed already."""
    permit(actor, "email:write")
    row = _new(actor, body, "api")
    with database.transaction():
        if not store.insert(row["tenant_id"], row["mode"], row):
            raise Conflict(f"{row['value']} is suppressed there already.", code="already_suppressed")
        _told(actor, "suppression.created", row)
    return shown(row)


def _new(actor: Actor, body: NewSuppression, source: str) -> Row:
    kind, value = read_value(body.value, body.kind)
    tenant_id, mode = _owner(actor, body.scope)
    if (body.scope == "stream") != (body.stream is not None):
        raise Unprocessable("A stream is named exactly where the scope is `stream`.", code="stream_needed")
    return _row(tenant_id, mode, body.stream or "", kind, value, body.reason, source) | {
        "detail": body.detail,
        "expires_at": body.expires_at,
        "created_by": _person(actor),
    }


def _row(tenant_id: str, mode: str, stream: str, kind: str, value: str, reason: str, source: str) -> Row:
    now = clock.now_ms()
    found: Row = dict.fromkeys(("detail", "message_id", "expires_at", "lift_asked_by", "lift_asked_at", "created_by"))
    found |= {"id": ids.new_id("sup"), "tenant_id": tenant_id, "mode": mode, "stream": stream, "kind": kind, "value": value}
    return found | {"reason": reason, "source": source, "created_at": now, "updated_at": now}


def read_value(value: str, kind: str | None = None) -> tuple[str, str]:
    """Return the kind and the one spelling of an address or domain. Raises Unprocessable (`invalid_address`)."""
    text = value.strip().removeprefix("@")
    if kind == "address" or (kind is None and "@" in text):
        local, _, domain = normal(text).rpartition("@")
        # A name beyond ASCII can be kept away from, though not every server could be handed it.
        mailbox(f"{local if local.isascii() else 'x'}@{domain}")
        if has_controls(local) or len(local.split()) != 1:
            raise Unprocessable(f"'{text[:100]}' is no address.", code="invalid_address")
        return "address", f"{local}@{domain}"
    name = ascii_name(text)
    if name is None or "." not in name or has_controls(text):
        raise Unprocessable(f"'{text[:100]}' is neither an address nor the name of a domain.", code="invalid_address")
    return "domain", name


def _owner(actor: Actor, scope: Scope) -> tuple[str, str]:
    """Return the tenant and mode that a scope means; what holds for everybody is an operator's to say."""
    if scope == "global" and actor.kind not in {"operator", "system"}:
        raise Denied("Only an operator suppresses for the whole appliance.", code="insufficient_role")
    return store.GLOBAL if scope == "global" else (actor.tenant_id, actor.mode)


def _person(actor: Actor) -> str:
    """Return who acts: the user behind a key, else the actor itself; all keys that nobody stands behind are one, the tenant."""
    return actor.owner_id or (actor.tenant_id if actor.kind in {"key", "client"} else actor.id)


def _told(actor: Actor, event_type: str, row: Row) -> None:
    events.emit(actor, event_type, row["id"], record=shown(row))


def get(actor: Actor, suppression_id: str) -> dict[str, Any]:
    """Return a suppression. Raises Missing."""
    permit(actor, "email:read")
    return shown(_found(actor, suppression_id))


def _found(actor: Actor, suppression_id: str) -> Row:
    row = store.find(actor.tenant_id, actor.mode, suppression_id)
    if row is None and actor.kind == "operator":
        row = store.find(*store.GLOBAL, suppression_id)
    if row is None:
        raise Missing(f"There is no suppression '{suppression_id}'.")
    return row


def list_page(actor: Actor, cursor: str | None, limit: int, filters: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the tenant's own suppressions, the newest first, and the cursor of the next."""
    permit(actor, "email:read")
    wanted = {name: normal(value) if name == "value" else value for name, value in filters.items()}
    found, following = pages.page(
        pages.scope_of(actor, "suppressions", *sorted(wanted.items())),
        cursor,
        limit,
        lambda before, most: store.page(actor.tenant_id, actor.mode, before, most, wanted),
    )
    return [shown(row) for row in found], following


def remove(actor: Actor, suppression_id: str) -> dict[str, Any] | None:
    """Lift a suppression; None when it is lifted. One of a complaint is returned, noted, until a second person asks too."""
    permit(actor, "email:write")
    with database.transaction():
        row = _found(actor, suppression_id)
        if row["reason"] == COMPLAINT and row["lift_asked_by"] in {None, _person(actor)}:
            row |= {"lift_asked_by": _person(actor), "lift_asked_at": clock.now_ms()}
            store.ask_to_lift(row["tenant_id"], row["mode"], row["id"], row["lift_asked_by"], row["lift_asked_at"])
            events.record_audit(actor, "suppression.lift_requested", row["id"], {"value": [row["value"], row["value"]]})
            return shown(row)
        store.remove(row["tenant_id"], row["mode"], row["id"])
        _told(actor, "suppression.deleted", row)
    return None


def check(tenant_id: str, mode: str, stream: str, addresses: Iterable[str]) -> dict[str, Row]:
    """Return which of the addresses nothing may be sent to, each with the suppression that says so. One query, whatever their number."""
    spelled = {address: normal(address) for address in addresses}
    values = {value for address in spelled.values() for value in _covering(address)}
    found = store.blocking(tenant_id, mode, stream, sorted(values), clock.now_ms()) if values else {}
    return {
        address: next(found[value] for value in _covering(plain) if value in found)
        for address, plain in spelled.items()
        if any(value in found for value in _covering(plain))
    }


def _covering(address: str) -> list[str]:
    """Return what may suppress an address: itself, its domain, and the domains above that."""
    return [address, *ancestry(address.rpartition("@")[2])]


def suppress(
    actor: Actor, address: str, reason: Reason, source: str, *, message_id: str | None = None, detail: str | None = None, stream: str = ""
) -> bool:
    """Suppress an address for a tenant, or one of its streams, because of what happened; False when it was already. Call inside a transaction."""
    value = normal(address)
    row = _row(actor.tenant_id, actor.mode, stream, "address", value, reason, source) | {"message_id": message_id, "detail": detail}
    if not store.insert(actor.tenant_id, actor.mode, row):
        # A complaint weighs more than what is there: from now on it takes two people.
        return reason == COMPLAINT and store.raise_reason(actor.tenant_id, actor.mode, value, reason, clock.now_ms())
    _told(actor, "suppression.created", row)
    return True


def lift_unsubscribed(actor: Actor, address: str, stream: str) -> None:
    """Lift what an address asked for itself, of a stream and of all; call inside a transaction."""
    for row in store.of_reason(actor.tenant_id, actor.mode, normal(address), stream, "unsubscribed"):
        store.remove(actor.tenant_id, actor.mode, row["id"])
        _told(actor, "suppression.deleted", row)


def rows_after(actor: Actor, after: str, limit: int) -> Sequence[Row]:
    """Return suppressions in the order of their ids, for an export."""
    permit(actor, "email:read")
    return store.walk(actor.tenant_id, actor.mode, after, limit)
