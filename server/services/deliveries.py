"""Deliveries as a tenant sees them: what each webhook is owed, what was tried, and sending again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.curl import curl
from server.domain.errors import Conflict, Fault, Invalid, Missing, Unprocessable
from server.domain.events import catalogue, normalise_type
from server.domain.permissions import permit
from server.services import events, pages, samples, wakes
from server.store import attempts, database, deliveries, lines, webhooks
from server.store import events as stored_events
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.store.deliveries import Row

State = Literal["pending", "delivered", "held", "dead", "cancelled"]


class DeliveryView(BaseModel):
    """What one webhook is owed of one event. `next_attempt_at` is null once nothing more will be tried."""

    id: str
    object: str
    webhook_id: str
    event_id: str
    event_type: str
    state: State
    attempts: int
    last_status: int | None
    last_error: str | None
    next_attempt_at: str | None
    created_at: str
    finished_at: str | None


class AttemptView(BaseModel):
    """One request to a receiver and how it ended; credentials are masked. `timings` are milliseconds of its steps.

    `curl` is a command that sends the same request by hand; its signature is the old one.
    """

    id: str
    object: str
    delivery_id: str
    number: int
    started_at: str
    duration_ms: float
    timings: dict[str, float]
    address: str | None
    status: int | None
    error: str | None
    request: dict[str, Any]
    response: dict[str, Any] | None
    curl: str


class SampleSend(BaseModel):
    """Which type's sample to send."""

    model_config = ConfigDict(extra="forbid")

    event_type: Annotated[str, StringConstraints(max_length=100), Field(examples=["contact.created"])] = "contact.created"


def shown(row: Row) -> dict[str, Any]:
    """Return a delivery in its wire form."""
    found: dict[str, Any] = {"id": row["id"], "object": "delivery"}
    found |= {name: row[name] for name in ("webhook_id", "event_id", "event_type", "state", "attempts", "last_status", "last_error")}
    found["next_attempt_at"] = clock.rfc3339(row["due_at"]) if row["state"] == "pending" else None
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "finished_at")}


def webhook_of(actor: Actor, webhook_id: str) -> webhooks.Row:
    """Return a webhook of the actor's. Raises Missing."""
    row = webhooks.find(actor.tenant_id, actor.mode, webhook_id)
    if row is None:
        raise Missing(f"There is no webhook '{webhook_id}'.")
    return row


def _find(actor: Actor, webhook_id: str, delivery_id: str) -> Row:
    webhook_of(actor, webhook_id)
    row = deliveries.find(actor.tenant_id, actor.mode, webhook_id, delivery_id)
    if row is None:
        raise Missing(f"There is no delivery '{delivery_id}' of this webhook.")
    return row


def list_page(actor: Actor, webhook_id: str, filters: Mapping[str, Any], cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a webhook's deliveries, the newest first; filters are `state`, `event_type` and `since` in milliseconds."""
    permit(actor, "webhooks:read")
    webhook_of(actor, webhook_id)
    return _page(actor, webhook_id, [webhook_id], filters, cursor, limit)


def list_of_all(actor: Actor, filters: Mapping[str, Any], cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the deliveries of all webhooks, the newest first; filters are those of `list_page`, and `webhook_id`. Raises Missing."""
    permit(actor, "webhooks:read")
    chosen = filters.get("webhook_id")
    webhook_ids = [webhook_of(actor, chosen)["id"]] if chosen else webhooks.ids(actor.tenant_id, actor.mode)
    return _page(actor, "all", webhook_ids, filters, cursor, limit)


def _page(
    actor: Actor, whose: str, webhook_ids: Sequence[str], filters: Mapping[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    state, event_type, since = filters.get("state"), filters.get("event_type", ""), filters.get("since", 0)
    if state is not None and state not in deliveries.STATES:
        raise Invalid("There is no such state.", faults=[Fault("state", "invalid_parameter", f"It is one of {', '.join(deliveries.STATES)}.")])
    states = (state,) if state else deliveries.STATES
    found, following = pages.page(
        pages.scope_of(actor, "deliveries", whose, *sorted(filters.items())),
        cursor,
        limit,
        lambda before, most: deliveries.page_of_several(actor.tenant_id, actor.mode, webhook_ids, states, before, most, event_type, since),
    )
    return [shown(row) for row in found], following


def get(actor: Actor, webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """Return a delivery. Raises Missing."""
    permit(actor, "webhooks:read")
    return shown(_find(actor, webhook_id, delivery_id))


def list_attempts(actor: Actor, webhook_id: str, delivery_id: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a delivery's attempts, the first one first, each with the body that was sent."""
    permit(actor, "webhooks:read")
    delivery = _find(actor, webhook_id, delivery_id)
    found, following = pages.page(
        pages.scope_of(actor, "attempts", delivery_id),
        cursor,
        limit,
        lambda after, most: attempts.of_delivery(actor.tenant_id, actor.mode, webhook_id, delivery_id, after, most),
        place="number",
        start=0,
    )
    body = stored_events.find(actor.tenant_id, actor.mode, delivery["event_id"])
    return [_attempt(row, body) for row in found], following


def _attempt(row: attempts.Row, body: bytes | None) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row["id"], "object": "attempt"}
    found |= {name: row[name] for name in ("delivery_id", "number", "address", "status", "error")}
    found |= {"started_at": clock.rfc3339(row["started_at"]), "duration_ms": row["total_ms"]}
    found["timings"] = orjson.loads(row["timings"]) if row["timings"] else {}
    found["request"] = {"body": body.decode() if body is not None else None, **orjson.loads(row["request"])}
    found["response"] = orjson.loads(row["response"]) if row["response"] else None
    found["curl"] = curl(found["request"]["url"], found["request"]["headers"], found["request"]["body"])
    return found


def state_again(row: webhooks.Row) -> str:
    """Return the state in which something is owed to a webhook from now on."""
    return "pending" if row["status"] == "active" else "held"


def replay(actor: Actor, webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """Send a delivery again under its old `webhook-id`, with as many attempts as a new one. Raises Conflict when its event is gone."""
    permit(actor, "webhooks:write")
    with database.transaction():
        webhook, delivery = webhook_of(actor, webhook_id), _find(actor, webhook_id, delivery_id)
        if stored_events.find(actor.tenant_id, actor.mode, delivery["event_id"]) is None:
            raise Conflict("The event of this delivery has been removed by retention.", code="event_gone")
        deliveries.replay(actor.tenant_id, actor.mode, webhook_id, delivery_id, state_again(webhook), clock.now_ms())
        events.record_audit(actor, "delivery.replayed", delivery_id)
        database.after_commit(wakes.deliveries)
        return shown(_find(actor, webhook_id, delivery_id))


def cancel(actor: Actor, webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """Give up a delivery that is still owed, or a dead letter that others wait behind. Raises Conflict when it is being posted, or has ended."""
    permit(actor, "webhooks:write")
    with database.transaction():
        _find(actor, webhook_id, delivery_id)
        now = clock.now_ms()
        if not deliveries.cancel_one(actor.tenant_id, actor.mode, webhook_id, delivery_id, now):
            raise Conflict("This delivery has ended, or is being posted right now.", code="delivery_not_cancellable")
        lines.let_go([delivery_id], now)
        events.record_audit(actor, "delivery.cancelled", delivery_id)
        database.after_commit(wakes.deliveries)
        return shown(_find(actor, webhook_id, delivery_id))


def send_test(actor: Actor, webhook_id: str, body: SampleSend) -> dict[str, Any]:
    """Send a sample of a type to this webhook alone, the way every delivery goes. Raises Conflict when it is not active."""
    permit(actor, "webhooks:write")
    event_type = normalise_type(body.event_type)
    if event_type not in catalogue():
        raise Unprocessable("A sample is of one type.", faults=[Fault("/event_type", "unknown_event_type", "This is a pattern of many types.")])
    with database.transaction():
        if webhook_of(actor, webhook_id)["status"] != "active":
            raise Conflict("This webhook is not active; enable it first.", code="webhook_not_active")
        delivery_id = events.publish_sample(actor, event_type, samples.details(event_type), webhook_id)
        return shown(_find(actor, webhook_id, delivery_id))
