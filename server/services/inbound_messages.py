"""Inbound messages as a tenant sees them: what came to a source, why it is quarantined, and trying it again."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Fault, Invalid, Missing
from server.domain.inbound.arrivals import Arrival
from server.domain.permissions import permit
from server.domain.redaction import MASK
from server.services import events, pages, vaults, wakes
from server.services.inbound import gateway
from server.services.inbound.gateway import BODY_CONTEXT, Accepted
from server.services.inbound_sources import find as find_source
from server.services.inbound_sources import shown as shown_source
from server.store import database, inbound_messages
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor
    from server.store.inbound_messages import Row
    from server.store.inbound_sources import Row as SourceRow

State = Literal["pending", "held", "processed", "quarantined", "discarded"]
_SHORTEST_MASKED: Final = 8


def _plain(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or not value.isprintable():
            message = f"holds a header that HTTP does not allow: '{name[:50]}'"
            raise ValueError(message)
    return headers


class NewInboundMessage(BaseModel):
    """A message put in by hand: what its provider would have sent. It is not verified, since you are."""

    model_config = ConfigDict(extra="forbid")

    body: Annotated[str, StringConstraints(max_length=1_000_000), Field(examples=['{"type":"order.paid"}'])]
    content_type: Annotated[str, StringConstraints(max_length=200, pattern=r"^[ -~]*$")] = "application/json"
    headers: Annotated[dict[str, Annotated[str, StringConstraints(max_length=4096)]], Field(max_length=50), AfterValidator(_plain)] = {}


class InboundMessageView(BaseModel):
    """A message of a vendor. `event_id` is the provider's own, by which a repetition is known."""

    id: str
    object: str
    source_id: str
    provider: str
    event_id: str | None
    event_type: str | None
    state: State
    size: int
    attempts: int
    last_error: str | None
    last_detail: str | None
    next_attempt_at: str | None
    received_at: str
    finished_at: str | None


class InboundMessageDetailView(InboundMessageView):
    """A message with what came: headers masked where they hold credentials, the body as text or, where it is none, as base64."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    body_encoding: Literal["text", "base64"]


class InboundStatsView(BaseModel):
    """Counts of a source's messages: accepted = pending + held + processed + quarantined + discarded, always."""

    object: str
    source_id: str
    accepted: int
    pending: int
    held: int
    processed: int
    quarantined: int
    discarded: int
    refused: int
    failures: int
    health: str
    last_seen_at: str | None


class InboundCount(BaseModel):
    """How many messages that were."""

    count: int


def shown(row: Row) -> dict[str, Any]:
    """Return a message in its wire form, without what came."""
    found: dict[str, Any] = {"id": row["id"], "object": "inbound_message"}
    names = ("source_id", "provider", "event_id", "event_type", "state", "size", "attempts", "last_error", "last_detail")
    found |= {name: row[name] for name in names}
    found["next_attempt_at"] = clock.rfc3339(row["due_at"]) if row["state"] == "pending" else None
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("received_at", "finished_at")}


def _detailed(row: Row, source: SourceRow) -> dict[str, Any]:
    body = vaults.vault().open(row["body"], BODY_CONTEXT + row["id"])
    for secret, _ in gateway.source_of(source).secrets:
        # Some providers send the secret along in the body.
        body = body.replace(secret.encode(), MASK.encode()) if len(secret) >= _SHORTEST_MASKED else body
    try:
        text, encoding = body.decode(), "text"
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(body).decode(), "base64"
    came = {"method": row["method"], "url": row["target"], "headers": orjson.loads(row["headers"])}
    return {**shown(row), **came, "body": text, "body_encoding": encoding}


def _find(actor: Actor, source_id: str, message_id: str) -> Row:
    row = inbound_messages.find(actor.tenant_id, actor.mode, source_id, message_id)
    if row is None:
        raise Missing(f"There is no message '{message_id}' of this source.")
    return row


def list_page(actor: Actor, source_id: str, filters: Mapping[str, Any], cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a source's messages, the newest first; filters are `state`, `event_type` and `since` in milliseconds."""
    permit(actor, "integrations:read")
    find_source(actor, source_id)
    if filters.get("state") not in (None, *inbound_messages.STATES):
        faults = [Fault("state", "invalid_parameter", f"It is one of {', '.join(inbound_messages.STATES)}.")]
        raise Invalid("There is no such state.", faults=faults)
    found, following = pages.page(
        pages.scope_of(actor, "inbound_messages", source_id, *sorted(filters.items())),
        cursor,
        limit,
        lambda before, most: inbound_messages.page(actor.tenant_id, actor.mode, source_id, filters, before, most),
    )
    return [shown(row) for row in found], following


def get(actor: Actor, source_id: str, message_id: str) -> dict[str, Any]:
    """Return a message with what came. Raises Missing."""
    permit(actor, "integrations:read")
    return _detailed(_find(actor, source_id, message_id), find_source(actor, source_id))


def create(actor: Actor, source_id: str, body: NewInboundMessage) -> dict[str, Any]:
    """Put a message into a source by hand. Raises Conflict when its provider's event id came already."""
    permit(actor, "integrations:write")
    with database.transaction():
        source = gateway.source_of(find_source(actor, source_id))
        headers = {"content-type": body.content_type} | {name.lower(): value for name, value in body.headers.items()}
        arrival = Arrival("POST", f"/hooks/{source_id}", headers, (), body.body.encode())
        scheme = source.scheme
        event_id = arrival.mark(scheme.event_id) if scheme.event_id else None
        event_type = arrival.label(scheme.event_type) if scheme.event_type else None
        message_id = gateway.keep(Accepted(source, arrival, event_id, event_type))
        if message_id is None:
            raise Conflict("A message with this event id came already.", code="inbound_message_repeated")
        events.record_audit(actor, "inbound_message.created", message_id)
        return shown(_find(actor, source_id, message_id))


def retry(actor: Actor, source_id: str, message_id: str) -> dict[str, Any]:
    """Process a quarantined message again. Raises Conflict when it is in no quarantine."""
    return _change(actor, source_id, message_id, "pending", "inbound_message.retried")


def discard(actor: Actor, source_id: str, message_id: str) -> dict[str, Any]:
    """Give a quarantined message up. Raises Conflict when it is in no quarantine."""
    return _change(actor, source_id, message_id, "discarded", "inbound_message.discarded")


def _change(actor: Actor, source_id: str, message_id: str, state: str, action: str) -> dict[str, Any]:
    permit(actor, "integrations:write")
    with database.transaction():
        find_source(actor, source_id)
        before = _find(actor, source_id, message_id)
        if not inbound_messages.change(actor.tenant_id, actor.mode, message_id, "quarantined", state, clock.now_ms()):
            raise Conflict(f"This message is {before['state']}, not quarantined.", code="not_quarantined")
        events.record_audit(actor, action, message_id)
        database.after_commit(wakes.inbound)
        return shown(_find(actor, source_id, message_id))


def retry_all(actor: Actor, source_id: str) -> dict[str, Any]:
    """Process every quarantined message of a source again, after a fix."""
    return _change_all(actor, source_id, "pending", "inbound_source.retried")


def discard_all(actor: Actor, source_id: str) -> dict[str, Any]:
    """Give every quarantined message of a source up."""
    return _change_all(actor, source_id, "discarded", "inbound_source.discarded")


def _change_all(actor: Actor, source_id: str, state: str, action: str) -> dict[str, Any]:
    permit(actor, "integrations:write")
    find_source(actor, source_id)
    count, step = 0, inbound_messages.STEP
    while step >= inbound_messages.STEP:
        with database.transaction():
            step = inbound_messages.change_some(actor.tenant_id, actor.mode, source_id, "quarantined", state, clock.now_ms(), inbound_messages.STEP)
            database.after_commit(wakes.inbound)
        count += step
    with database.transaction():
        events.record_audit(actor, action, source_id, {"count": count})
    return {"count": count}


def stats(actor: Actor, source_id: str) -> dict[str, Any]:
    """Return how many messages of a source are in each state, and how it is."""
    permit(actor, "integrations:read")
    row = shown_source(find_source(actor, source_id))
    counts = inbound_messages.counts(actor.tenant_id, actor.mode, source_id)
    found: dict[str, Any] = {"object": "inbound_stats", "source_id": source_id, "accepted": sum(counts.values()), **counts}
    return found | {name: row[name] for name in ("refused", "failures", "health", "last_seen_at")}
