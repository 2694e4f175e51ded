"""Inbound messages: what came to a source, and what to do about its quarantine."""

from __future__ import annotations

from typing import Any, Final

from server.services import inbound_messages
from server.services.inbound_messages import InboundCount, InboundMessageDetailView, InboundMessageView, NewInboundMessage
from server.store.inbound_messages import STATES
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE
from server.web.routes import Group, Parameter, Runs

_FILTERS: Final = (
    Parameter("state", {"type": "string", "enum": list(STATES)}, "Only messages in this state."),
    Parameter("event_type", {"type": "string"}, "Only messages of this type of the provider's."),
    SINCE,
)
_EXAMPLE: Final = {"body": '{"id":"evt_example","type":"charge.succeeded"}', "content_type": "application/json"}


def list_inbound_messages(call: Call) -> Answer:
    """List messages."""
    filters = call.filters("state", "event_type", "since")
    found, cursor = inbound_messages.list_page(call.actor, call.params["id"], filters, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_inbound_message(call: Call) -> Answer:
    """Put a message in by hand."""
    found = inbound_messages.create(call.actor, call.params["id"], call.body)
    return answer(found, 201, Location=f"/api/v1/inbound/sources/{call.params['id']}/messages/{found['id']}")


def get_inbound_message(call: Call) -> Answer:
    """Get a message."""
    return answer(inbound_messages.get(call.actor, call.params["id"], call.params["message_id"]))


def retry_inbound_message(call: Call) -> Answer:
    """Process a message again."""
    return answer(inbound_messages.retry(call.actor, call.params["id"], call.params["message_id"]), 202)


def discard_inbound_message(call: Call) -> Answer:
    """Give a message up."""
    return answer(inbound_messages.discard(call.actor, call.params["id"], call.params["message_id"]))


def retry_inbound_quarantine(call: Call) -> Answer:
    """Process every quarantined message again."""
    return answer(inbound_messages.retry_all(call.actor, call.params["id"]), 202)


def discard_inbound_quarantine(call: Call) -> Answer:
    """Give every quarantined message up."""
    return answer(inbound_messages.discard_all(call.actor, call.params["id"]))


_GROUP: Final = Group("/api/v1/inbound/sources/{id}", "Inbound", "integrations")
_ONE: Final = "/messages/{message_id}"
_MADE: Final[dict[str, Any]] = {"body": NewInboundMessage, "answer": InboundMessageView, "status": 201, "example": _EXAMPLE}
_LIST: Final[dict[str, Any]] = {"answer": InboundMessageView, "listed": True, "query": (*PAGE_PARAMETERS, *_FILTERS)}
_QUARANTINE: Final[dict[str, Any]] = {"answer": InboundCount, "runs": Runs.WORK}
ROUTES: Final = [
    _GROUP.get("/messages", list_inbound_messages, "List messages of a source, the newest first", **_LIST),
    _GROUP.post("/messages", create_inbound_message, "Put a message in by hand, as if its provider had sent it", **_MADE),
    _GROUP.get(_ONE, get_inbound_message, "Get a message with what came", answer=InboundMessageDetailView),
    _GROUP.post(f"{_ONE}/retry", retry_inbound_message, "Process a quarantined message again", answer=InboundMessageView, status=202),
    _GROUP.post(f"{_ONE}/discard", discard_inbound_message, "Give a quarantined message up", answer=InboundMessageView),
    _GROUP.post("/quarantine/retry", retry_inbound_quarantine, "Process every quarantined message of a source again", status=202, **_QUARANTINE),
    _GROUP.post("/quarantine/discard", discard_inbound_quarantine, "Give every quarantined message of a source up", **_QUARANTINE),
]
