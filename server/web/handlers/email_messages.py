"""Messages: sent, listed, followed, called back."""

from __future__ import annotations

from typing import Any, Final

from server.services.email import messages
from server.services.email.messages import MessageEventView, MessageView, NewMessage
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Parameter, Runs

_BASE: Final = "/api/v1/email/messages"
_EXAMPLE: Final = {
    "from": "Shop <orders@example.com>",
    "to": ["ada@customer.example"],
    "subject": "Your order",
    "text": "Thank you for your order.",
    "html": "<p>Thank you for your order.</p>",
    "metadata": {"order": "1001"},
}
_ABOUT: Final = {
    "stream": "Only messages of this stream.",
    "address": "Only messages to this address.",
    "domain": "Only messages to addresses of this domain.",
    "message_id": "Only the message with this Message-ID, angle brackets included.",
    "sender_domain": "Only messages from this domain.",
    "template_id": "Only messages made of this template.",
}
_FILTERS: Final = tuple(Parameter(name, {"type": "string"}, _ABOUT[name]) for name in messages.FILTERS)


def send_email(call: Call) -> Answer:
    """Take a message in."""
    found = messages.create(call.actor, call.body, call.settings.email)
    return answer(found, 202, Location=f"{_BASE}/{found['id']}")


def list_email_messages(call: Call) -> Answer:
    """List messages."""
    return list_answer(*messages.list_page(call.actor, call.filters(*messages.FILTERS), call.query("cursor"), call.number("limit", 50, 1, 200)), call)


def get_email_message(call: Call) -> Answer:
    """Get a message."""
    return answer(messages.get(call.actor, call.params["id"]))


def list_email_message_events(call: Call) -> Answer:
    """List what happened to a message."""
    found: tuple[list[dict[str, Any]], str | None] = messages.history(
        call.actor, call.params["id"], call.query("cursor"), call.number("limit", 50, 1, 200)
    )
    return list_answer(*found, call)


def get_email_message_content(call: Call) -> Answer:
    """Get a message as it is sent."""
    return Answer(messages.content(call.actor, call.params["id"]), content_type="message/rfc822")


def cancel_email_message(call: Call) -> Answer:
    """Call a message back."""
    return answer(messages.cancel(call.actor, call.params["id"]))


_GROUP: Final = Group(_BASE, "Email", "email")
ROUTES: Final = [
    _GROUP.post(
        "",
        send_email,
        "Send a message, now or at a moment; it is kept and tried until its deadline",
        body=NewMessage,
        answer=MessageView,
        status=202,
        example=_EXAMPLE,
        runs=Runs.WORK,
    ),
    _GROUP.get("", list_email_messages, "List messages, the newest first", answer=MessageView, listed=True, query=(*PAGE_PARAMETERS, *_FILTERS)),
    _GROUP.get("/{id}", get_email_message, "Get a message and how it fares with each recipient", answer=MessageView),
    _GROUP.get(
        "/{id}/events",
        list_email_message_events,
        "List what happened to a message: every attempt, with what the server said",
        answer=MessageEventView,
        listed=True,
        query=PAGE_PARAMETERS,
    ),
    _GROUP.get(
        "/{id}/content",
        get_email_message_content,
        "Get a message as it is sent, without its signatures",
        produces="message/rfc822",
    ),
    _GROUP.post("/{id}/cancel", cancel_email_message, "Call a message back for those it was not sent to yet", answer=MessageView),
]
