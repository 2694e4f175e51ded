"""Events: the catalogue, lists in commit order, and live streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.services import feeds, samples
from server.services.feeds import EventTypeDetailView, EventTypeView, EventView
from server.web import live
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE
from server.web.routes import Group, Parameter, Runs

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_TYPE: Final = Parameter("type", _TEXT, "Only this type, or a pattern such as `contact.*`.")
_AFTER: Final = Parameter("last_event_id", _TEXT, "Where to go on, for readers that cannot send the header `Last-Event-ID`.")
_STREAM: Final[dict[str, Any]] = {
    "runs": Runs.STREAM,
    "produces": "text/event-stream",
    "example": f"id: AbC\nevent: contact.created\ndata: {orjson.dumps(samples.body('contact.created')).decode()}\n\n",
}


def list_event_types(call: Call) -> Answer:
    """List the catalogue."""
    return list_answer(feeds.types(call.actor), None, call)


def get_event_type(call: Call) -> Answer:
    """Get an event type."""
    return answer(feeds.get_type(call.actor, call.params["event_type"]))


def list_events(call: Call) -> Answer:
    """List events."""
    found, cursor = feeds.list_page(call.actor, call.query("type"), call.moment("since") or 0, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_event(call: Call) -> Answer:
    """Get an event."""
    return Answer(feeds.get(call.actor, call.params["id"]))


async def stream_events(call: Call) -> StreamResponse:
    """Follow events."""
    return await live.stream(call, lambda: feeds.follow(call.actor, call.query("type"), _after(call)))


async def stream_all_events(call: Call) -> StreamResponse:
    """Follow the events of all tenants."""
    return await live.stream(call, lambda: feeds.follow_all(call.actor, _after(call)))


def _after(call: Call) -> str | None:
    return call.headers.get("Last-Event-ID") or call.query("last_event_id")


_GROUP: Final = Group("/api/v1", "Events", "events")
_PAGE: Final = (*PAGE_PARAMETERS, _TYPE, SINCE)
_ALL: Final = Group("/admin/v1", "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("/event-types", list_event_types, "List the event types, each with its schema and a sample", answer=EventTypeView, listed=True),
    _GROUP.get("/event-types/{event_type}", get_event_type, "Get an event type in every version", answer=EventTypeDetailView),
    _GROUP.get("/events", list_events, "List events in the order they happened", answer=EventView, listed=True, query=_PAGE),
    _GROUP.get("/events/{id}", get_event, "Get an event", answer=EventView),
    _GROUP.get("/events/stream", stream_events, "Follow events live", query=(_TYPE, _AFTER), **_STREAM),
    _ALL.get("/events/stream", stream_all_events, "Follow the events of all tenants live", query=(_AFTER,), **_STREAM),
]
