"""Deliveries as a tenant sees them: what each webhook is owed, what was tried, and sending again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Fault, Invalid, Missing, Unprocessable
from server.domain.events import catalogue, normalise_pattern
from server.domain.permissions import permit
from server.services import events, jobs, pages, samples, wakes
from server.store import attempts, database, deliveries, webhooks
from server.store import events as stored_events
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor
    from server.services.jobs import Progress
    from server.store.deliveries import Row

State = Literal["pending", "delivered", "held", "dead", "cancelled"]
FINISHED: Final = ("delivered", "dead", "cancelled")
BATCH: Final = 500
SPACING_MS: Final = 5
"""Deliveries that are replayed together become due one after the other, so that a fresh event goes between them."""


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
    """One request to a receiver and how it ended; credentials are masked. `timings` are milliseconds of its steps."""

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


class StatsView(BaseModel):
    """Counts of a webhook's deliveries: accepted = delivered + pending + held + dead + cancelled, always."""

    object: str
    webhook_id: str
    accepted: int
    delivered: int
    pending: int
    held: int
    dead: int
    cancelled: int
    failure_count: int
    last_triggered: str | None


class SampleSend(BaseModel):
    """Which type's sample to send."""

    model_config = ConfigDict(extra="forbid")

    event_type: Annotated[str, StringConstraints(max_length=100), Field(examples=["contact.created"])] = "contact.created"


def _moment(text: Any) -> Any:
    if not isinstance(text, str):
        message = "is not a moment such as 2026-11-20T12:00:00Z"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    return clock.parse_rfc3339(text)


Moment = Annotated[int, BeforeValidator(_moment), Field(json_schema_extra={"type": "string", "format": "date-time"})]


class Replay(BaseModel):
    """Which of a webhook's finished deliveries to send again: those of events from `since` on, before `until`."""

    model_config = ConfigDict(extra="forbid")

    since: Moment
    until: Moment | None = None
    status: Literal["delivered", "dead", "cancelled"] | None = None


def shown(row: Row) -> dict[str, Any]:
    """Return a delivery in its wire form."""
    found: dict[str, Any] = {"id": row["id"], "object": "delivery"}
    found |= {name: row[name] for name in ("webhook_id", "event_id", "event_type", "state", "attempts", "last_status", "last_error")}
    found["next_attempt_at"] = clock.rfc3339(row["due_at"]) if row["state"] == "pending" else None
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "finished_at")}


def _webhook(actor: Actor, webhook_id: str) -> webhooks.Row:
    row = webhooks.find(actor.tenant_id, actor.mode, webhook_id)
    if row is None:
        raise Missing(f"There is no webhook '{webhook_id}'.")
    return row


def _find(actor: Actor, webhook_id: str, delivery_id: str) -> Row:
    _webhook(actor, webhook_id)
    row = deliveries.find(actor.tenant_id, actor.mode, webhook_id, delivery_id)
    if row is None:
        raise Missing(f"There is no delivery '{delivery_id}' of this webhook.")
    return row


def list_page(actor: Actor, webhook_id: str, filters: Mapping[str, Any], cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a webhook's deliveries, the newest first; filters are `state`, `event_type` and `since` in milliseconds."""
    permit(actor, "webhooks:read")
    _webhook(actor, webhook_id)
    state, event_type, since = filters.get("state"), filters.get("event_type", ""), filters.get("since", 0)
    if state is not None and state not in deliveries.STATES:
        raise Invalid("There is no such state.", faults=[Fault("state", "invalid_parameter", f"It is one of {', '.join(deliveries.STATES)}.")])
    states = (state,) if state else deliveries.STATES
    found, following = pages.page(
        pages.scope_of(actor, "deliveries", webhook_id, *sorted(filters.items())),
        cursor,
        limit,
        lambda before, most: deliveries.page(actor.tenant_id, actor.mode, webhook_id, states, before, most, event_type, since),
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
    found["request"] = {**orjson.loads(row["request"]), "body": body.decode() if body is not None else None}
    found["response"] = orjson.loads(row["response"]) if row["response"] else None
    return found


def stats(actor: Actor, webhook_id: str) -> dict[str, Any]:
    """Return how many deliveries of a webhook are in each state."""
    permit(actor, "webhooks:read")
    row = _webhook(actor, webhook_id)
    counts = deliveries.counts(actor.tenant_id, actor.mode, webhook_id)
    triggered = None if row["last_triggered"] is None else clock.rfc3339(row["last_triggered"])
    found = {"object": "webhook_stats", "webhook_id": webhook_id, "accepted": sum(counts.values()), **counts}
    return {**found, "failure_count": row["failure_count"], "last_triggered": triggered}


def _state_again(row: webhooks.Row) -> str:
    return "pending" if row["status"] == "active" else "held"


def replay(actor: Actor, webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """Send a delivery again under its old `webhook-id`, with as many attempts as a new one. Raises Conflict when its event is gone."""
    permit(actor, "webhooks:write")
    with database.transaction():
        webhook, delivery = _webhook(actor, webhook_id), _find(actor, webhook_id, delivery_id)
        if stored_events.find(actor.tenant_id, actor.mode, delivery["event_id"]) is None:
            raise Conflict("The event of this delivery has been removed by retention.", code="event_gone")
        deliveries.replay(actor.tenant_id, actor.mode, webhook_id, delivery_id, _state_again(webhook), clock.now_ms())
        events.record_audit(actor, "delivery.replayed", delivery_id)
        database.after_commit(wakes.deliveries)
        return shown(_find(actor, webhook_id, delivery_id))


def send_test(actor: Actor, webhook_id: str, body: SampleSend) -> dict[str, Any]:
    """Send a sample of a type to this webhook alone, the way every delivery goes. Raises Conflict when it is not active."""
    permit(actor, "webhooks:write")
    event_type = normalise_pattern(body.event_type)
    if event_type not in catalogue():
        raise Unprocessable("A sample is of one type.", faults=[Fault("/event_type", "unknown_event_type", "This is a pattern of many types.")])
    with database.transaction():
        if _webhook(actor, webhook_id)["status"] != "active":
            raise Conflict("This webhook is not active; enable it first.", code="webhook_not_active")
        delivery_id = events.publish_sample(actor, event_type, samples.details(event_type), webhook_id)
        return shown(_find(actor, webhook_id, delivery_id))


def replay_many(actor: Actor, webhook_id: str, body: Replay) -> dict[str, Any]:
    """Begin a job that sends a webhook's finished deliveries again."""
    permit(actor, "webhooks:write")
    _webhook(actor, webhook_id)
    until = clock.now_ms() if body.until is None else body.until
    work = {"webhook_id": webhook_id, "since": body.since, "until": until, "states": [body.status] if body.status else list(FINISHED)}
    return jobs.create(actor, "replay", work)


def run_replay(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do a replay: one state after the other, some hundred rows at a time."""
    while (at := progress.position.get("state", 0)) < len(work["states"]):
        span = (work["since"], work["until"])
        with database.transaction():
            webhook = _webhook(actor, work["webhook_id"])
            after = progress.position.get("after", "")
            found = deliveries.finished_between(actor.tenant_id, actor.mode, webhook["id"], work["states"][at], span, after, BATCH)
            due_at = clock.now_ms() + (progress.done % (BATCH * 100)) * SPACING_MS
            deliveries.replay_many(actor.tenant_id, actor.mode, found, _state_again(webhook), due_at)
            place = {"state": at, "after": found[-1]} if len(found) == BATCH else {"state": at + 1, "after": ""}
            progress.save(progress.done + len(found), None, place)
            database.after_commit(wakes.deliveries)
    return {"replayed": progress.done}
