"""Event consumers: receivers that cannot be called fetch their events and acknowledge them; what is not acknowledged comes again.

    consumer "warehouse":   poll -> events and a cursor;   work;   poll with that cursor -> acknowledges, and the next ones

A consumer is at one place in the order of commits. Of several that poll under one name each gets the same events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Missing
from server.domain.permissions import permit
from server.services import events, feeds, pages
from server.services.feeds import EventView
from server.store import database, event_consumers
from server.store import events as stored_events
from server.store.event_consumers import place_of
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row

MOST: Final = 100
NOW: Final = "now"
MOST_COUNTED: Final = 10_000
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$"), Field(examples=["warehouse"])]


class NewEventConsumer(BaseModel):
    """A name to poll under, and where to begin: with the oldest event that is kept, or with what happens from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    start: Literal["beginning", "now"] = "beginning"


class Acknowledgement(BaseModel):
    """How far a consumer has worked off its events: the cursor of a poll, or the id of an event of the stream."""

    model_config = ConfigDict(extra="forbid")

    consumer: Name
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class EventConsumerView(BaseModel):
    """A consumer; `waiting` are the events that it has not acknowledged, counted up to 10,000."""

    id: str
    object: str
    name: str
    cursor: str
    waiting: int
    acknowledged_at: str | None
    created_at: str


class EventBatchView(BaseModel):
    """Events to work off. Hand `cursor` back to acknowledge all of them; without that they come again."""

    object: str
    consumer: str | None
    data: list[EventView]
    has_more: bool
    cursor: str


def shown(actor: Actor, row: Row) -> dict[str, Any]:
    """Return a consumer in its wire form."""
    found = {"id": row["id"], "object": "event_consumer", "name": row["name"], "cursor": feeds.seal(actor, place_of(row))}
    found["waiting"] = stored_events.count_after(actor.tenant_id, actor.mode, place_of(row), MOST_COUNTED)
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("acknowledged_at", "created_at")}


def create(actor: Actor, body: NewEventConsumer) -> dict[str, Any]:
    """Make a consumer. Raises Conflict when there is one of this name."""
    permit(actor, "events:write")
    place = stored_events.newest() if body.start == "now" else stored_events.FIRST
    with database.transaction():
        row = _make(actor, body.name, place)
        if row is None:
            raise Conflict(f"There is a consumer '{body.name}' already.", code="not_unique")
        return shown(actor, row)


def _make(actor: Actor, name: str, place: stored_events.Place) -> Row | None:
    if event_consumers.count(actor.tenant_id, actor.mode) >= MOST:
        raise Conflict(f"A tenant may have {MOST} consumers of events.", code="too_many_event_consumers")
    consumer_id = ids.new_id("ecn")
    if not event_consumers.insert(actor.tenant_id, actor.mode, consumer_id, name, clock.now_ms(), place):
        return None
    events.record_audit(actor, "event_consumer.created", consumer_id, {"name": [None, name]})
    return event_consumers.find(actor.tenant_id, actor.mode, consumer_id)


def _find(actor: Actor, consumer_id: str) -> Row:
    row = event_consumers.find(actor.tenant_id, actor.mode, consumer_id)
    if row is None:
        raise Missing(f"There is no consumer '{consumer_id}'.")
    return row


def get(actor: Actor, consumer_id: str) -> dict[str, Any]:
    """Return a consumer. Raises Missing."""
    permit(actor, "events:read")
    return shown(actor, _find(actor, consumer_id))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of consumers, and the cursor of the next."""
    permit(actor, "events:read")
    found, following = pages.page(
        pages.scope_of(actor, "event_consumers"),
        cursor,
        limit,
        lambda after, most: event_consumers.page(actor.tenant_id, actor.mode, after, most),
    )
    return [shown(actor, row) for row in found], following


def remove(actor: Actor, consumer_id: str) -> None:
    """Remove a consumer; its events stay. Raises Missing."""
    permit(actor, "events:write")
    with database.transaction():
        _find(actor, consumer_id)
        event_consumers.delete(actor.tenant_id, actor.mode, consumer_id)
        events.record_audit(actor, "event_consumer.deleted", consumer_id)


def acknowledge(actor: Actor, body: Acknowledgement) -> dict[str, Any]:
    """Move a consumer on; going back is not possible. A name that is new begins there."""
    permit(actor, "events:read")
    place = feeds.unseal(actor, body.cursor)
    with database.transaction():
        row = _of(actor, body.consumer)
        event_consumers.acknowledge(actor.tenant_id, actor.mode, row["id"], place, clock.now_ms())
        return shown(actor, _find(actor, row["id"]))


def _of(actor: Actor, name: str) -> Row:
    """Return the consumer of a name, made where there is none yet; call inside a transaction."""
    row = event_consumers.find_by_name(actor.tenant_id, actor.mode, name) or _make(actor, name, stored_events.FIRST)
    row = row or event_consumers.find_by_name(actor.tenant_id, actor.mode, name)
    if row is None:
        raise Conflict("The consumer was removed just now.", code="conflict")
    return row


def poll(actor: Actor, name: str | None, cursor: str | None, pattern: str | None, limit: int) -> dict[str, Any]:
    """Acknowledge up to a cursor, if there is one, and return the next events.

    Without a consumer nothing is remembered: the caller keeps the cursor. The cursor `now` skips everything up to now and returns
    nothing but the cursor to go on with. Raises Invalid for a forged cursor or pattern.
    """
    permit(actor, "events:read")
    place = stored_events.newest() if cursor == NOW else feeds.unseal(actor, cursor) if cursor else stored_events.FIRST
    if name is not None:
        place = _acknowledged(actor, name, place)
    found = [] if cursor == NOW else feeds.read(actor, pattern, place, limit + 1)
    kept = found[:limit]
    return {
        "object": "event_batch",
        "consumer": name,
        "data": [orjson.loads(body) for _, body in kept],
        "has_more": len(found) > limit,
        "cursor": feeds.seal(actor, kept[-1][0] if kept else place),
    }


def _acknowledged(actor: Actor, name: str, place: stored_events.Place) -> stored_events.Place:
    """Return where a consumer is after an acknowledgement; nothing is written where it says nothing new."""
    row = event_consumers.find_by_name(actor.tenant_id, actor.mode, name)
    if row is None or place > place_of(row):
        with database.transaction():
            row = _of(actor, name)
            event_consumers.acknowledge(actor.tenant_id, actor.mode, row["id"], place, clock.now_ms())
            row = _find(actor, row["id"])
    return place_of(row)
