"""Mail that arrived."""

from __future__ import annotations

from typing import Final

from server.services.email import arrivals
from server.services.email.arrivals import ArrivalView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Parameter

_FILTERS: Final = ("state", "kind", "sender", "thread_id")
_OPAQUE: Final = "application/octet-stream"


def list_inbound_email(call: Call) -> Answer:
    """List mail that arrived."""
    wanted = {name: value for name in _FILTERS if (value := call.query(name)) is not None}
    found, cursor = arrivals.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200), wanted)
    return list_answer(found, cursor, call)


def get_inbound_email(call: Call) -> Answer:
    """Get a mail that arrived."""
    return answer(arrivals.get(call.actor, call.params["id"]))


def get_inbound_attachment(call: Call) -> Answer:
    """Download an attachment. Whatever it claims to be, a browser is told to keep it, not to show it."""
    number = call.params["number"]
    content, _name, _kind = arrivals.attachment(call.actor, call.params["id"], int(number) if number.isdecimal() and len(number) < 6 else -1)
    headers = {"Content-Disposition": f'attachment; filename="attachment-{number}"', "X-Content-Type-Options": "nosniff"}
    return Answer(content, 200, headers, _OPAQUE)


def release_inbound_email(call: Call) -> Answer:
    """Let a quarantined mail go its way."""
    return answer(arrivals.release(call.actor, call.params["id"]))


_GROUP: Final = Group("/api/v1/email/inbound/messages", "Email", "email")
_QUERY: Final = (
    *PAGE_PARAMETERS,
    *(Parameter(name, {"type": "string", "maxLength": 254}, f"Only mail with this {name}.") for name in _FILTERS),
)
ROUTES: Final = [
    _GROUP.get("", list_inbound_email, "List mail that arrived, the newest first", answer=ArrivalView, listed=True, query=_QUERY),
    _GROUP.get("/{id}", get_inbound_email, "Get a mail that arrived, and where it was seen", answer=ArrivalView),
    _GROUP.get("/{id}/attachments/{number}", get_inbound_attachment, "Download an attachment that was found clean", produces=_OPAQUE, refuses=(409,)),
    _GROUP.post("/{id}/release", release_inbound_email, "Release a mail that was quarantined for its sender", answer=ArrivalView),
]
