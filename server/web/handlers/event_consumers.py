"""Polling: events for receivers that cannot be called, with a cursor that acknowledges."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

from server.domain.errors import Fault, Invalid
from server.services import event_consumers
from server.services.event_consumers import Acknowledgement, EventBatchView, EventConsumerView, NewEventConsumer
from server.web import live
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Parameter, Runs

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
_LONGEST_WAIT: Final = 50
_QUERY: Final = (
    Parameter(
        "consumer",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$"},
        "A name that the server remembers the acknowledged place of. Without one, keep the cursor yourself.",
    ),
    Parameter("cursor", _TEXT, "The `cursor` of the last answer: acknowledges its events, and goes on behind them. `now` skips to the present."),
    Parameter("type", _TEXT, "Only this type, or a pattern such as `contact.*`."),
    Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "How many events at most."),
    Parameter("wait", {"type": "integer", "minimum": 0, "maximum": _LONGEST_WAIT, "default": 0}, "Seconds to wait for an event when there is none."),
)


async def poll_events(call: Call) -> Answer:
    """Return the next events, at once or as soon as there are some."""
    name, wait = _name(call), call.number("wait", 0, 0, _LONGEST_WAIT)
    limit, cursor, pattern = call.number("limit", 50, 1, 200), call.query("cursor"), call.query("type")
    hub, ends = live.hub(), asyncio.get_running_loop().time() + wait
    await hub.join()
    try:
        while True:
            seen = hub.generation
            found = await hub.read(lambda: event_consumers.poll(call.actor, name, cursor, pattern, limit))
            left = ends - asyncio.get_running_loop().time()
            if found["data"] or cursor == event_consumers.NOW or left <= 0 or hub.closing:
                return answer(found)
            await hub.beyond(seen, left)
    finally:
        await hub.leave()


def _name(call: Call) -> str | None:
    name = call.query("consumer")
    if name is not None and not _NAME.fullmatch(name):
        raise Invalid("'consumer' is no name.", faults=[Fault("consumer", "invalid_parameter", "Letters, digits, full stops, - and _, up to 100.")])
    return name


def acknowledge_events(call: Call) -> Answer:
    """Acknowledge without reading on."""
    return answer(event_consumers.acknowledge(call.actor, call.body))


def list_event_consumers(call: Call) -> Answer:
    """List consumers."""
    found, cursor = event_consumers.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_event_consumer(call: Call) -> Answer:
    """Make a consumer."""
    found = event_consumers.create(call.actor, call.body)
    return answer(found, 201, Location=f"/api/v1/events/consumers/{found['id']}")


def get_event_consumer(call: Call) -> Answer:
    """Get a consumer."""
    return answer(event_consumers.get(call.actor, call.params["id"]))


def delete_event_consumer(call: Call) -> Answer:
    """Remove a consumer."""
    event_consumers.remove(call.actor, call.params["id"])
    return empty_answer()


_GROUP: Final = Group("/api/v1/events", "Events", "events")
_ACKNOWLEDGED: Final[dict[str, Any]] = {"body": Acknowledgement, "answer": EventConsumerView, "scope": "events:read"}
_MADE: Final[dict[str, Any]] = {
    "body": NewEventConsumer,
    "answer": EventConsumerView,
    "status": 201,
    "example": {"name": "warehouse", "start": "now"},
}
ROUTES: Final = [
    _GROUP.get("/poll", poll_events, "Fetch events and acknowledge those before", runs=Runs.STREAM, answer=EventBatchView, query=_QUERY),
    _GROUP.post("/poll", acknowledge_events, "Acknowledge events", **_ACKNOWLEDGED),
    _GROUP.get(
        "/consumers", list_event_consumers, "List who polls, and how far each is", answer=EventConsumerView, listed=True, query=PAGE_PARAMETERS
    ),
    _GROUP.post("/consumers", create_event_consumer, "Make a consumer that begins now or with the oldest event", **_MADE),
    _GROUP.get("/consumers/{id}", get_event_consumer, "Get a consumer", answer=EventConsumerView),
    _GROUP.delete("/consumers/{id}", delete_event_consumer, "Remove a consumer; its events stay"),
]
