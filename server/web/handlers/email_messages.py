"""Messages: sent, listed, followed, called back."""

from __future__ import annotations

from typing import Any, Final

from server.services.email import messages, searching
from server.services.email.messages import MessageEventView, MessageView, NewMessage
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE, UNTIL
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
    "search": "A Message-ID, an address, a domain, a provider's id of a message or that of a template: whichever it is.",
    "state": "Only messages with a recipient in this state.",
    "stream": "Only messages of this stream.",
    "address": "Only messages to this address, however it is spelled.",
    "domain": "Only messages to addresses of this domain.",
    "provider": "Only messages with a recipient at this provider, as the figures name it: `google`, `outlook` or a domain.",
    "message_id": "Only the message with this Message-ID.",
    "provider_message_id": "Only the message that a sending provider calls so.",
    "sender_domain": "Only messages from this domain.",
    "template_id": "Only messages made of this template.",
    "account": "Only messages that were to go by this account.",
}
_CHOICES: Final = {"state": {"enum": list(searching.STATES)}}
_FILTERS: Final = (*(Parameter(name, {"type": "string", **_CHOICES.get(name, {})}, about) for name, about in _ABOUT.items()), SINCE, UNTIL)


def send_email(call: Call) -> Answer:
    """Take a message in."""
    found = messages.create(call.actor, call.body, call.settings.email)
    return answer(found, 202, Location=f"{_BASE}/{found['id']}")


def list_email_messages(call: Call) -> Answer:
    """List messages."""
    return list_answer(
        *searching.list_page(call.actor, call.filters(*searching.FILTERS), call.query("cursor"), call.number("limit", 50, 1, 200)), call
    )


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
    _GROUP.get(
        "", list_email_messages, "List or search messages, the newest first", answer=MessageView, listed=True, query=(*PAGE_PARAMETERS, *_FILTERS)
    ),
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
