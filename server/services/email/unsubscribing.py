"""Unsubscribing: what a recipient chose about a stream of mail, by the link in one of its mails and nothing else.

The link is the proof: it was given to this recipient alone. Looking changes nothing; choosing the same again changes nothing either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from server.domain.actor import system_actor
from server.domain.errors import Missing
from server.domain.mail.addressing import mailbox
from server.services import events
from server.services.email import hits, suppressions
from server.store import database, email_messages, email_queue, email_streams
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor, Mode
    from server.domain.mail.tracking_links import Link

    Row = dict[str, Any]

Choice = Literal["stream", "everything", "again"]
_REASON: Final = "unsubscribed"


@dataclass(frozen=True, slots=True)
class Preference:
    """What a recipient sees of a stream. `blocked` is why mail does not come although nobody unsubscribed."""

    address: str
    sender: str
    stream: str
    description: str | None
    subscribed: bool
    blocked: bool


def preference(link: Link) -> Preference:
    """Return how a recipient stands with the stream of a mail. Raises Missing once the mail is forgotten."""
    message, recipient = _found(link)
    tenant_id, mode = message["tenant_id"], message["mode"]
    stream = email_streams.find_by_name(tenant_id, mode, message["stream"])
    block = suppressions.check(tenant_id, mode, message["stream"], [recipient["address"]]).get(recipient["address"])
    blocked = block is not None and block["reason"] != _REASON
    described = stream["description"] if stream else None
    sender = mailbox(message["sender"])
    return Preference(recipient["address"], sender.name or sender.address, message["stream"], described, block is None, blocked)


def choose(stranger: Actor, link: Link, choice: Choice, source: str) -> None:
    """Do what a recipient chose; `stranger` is whose address and request are told. Raises Missing once the mail is forgotten."""
    message, recipient = _found(link)
    actor = system_actor(message["tenant_id"], cast("Mode", message["mode"]))
    actor = replace(actor, address=stranger.address, request_id=stranger.request_id)
    with database.transaction():
        if choice == "again":
            suppressions.lift_unsubscribed(actor, recipient["address"], message["stream"])
            return
        unsubscribe(actor, message, recipient, "stream" if choice == "stream" else "everything", source)


def unsubscribe(actor: Actor, message: Row, recipient: Row, scope: Literal["stream", "everything"], source: str) -> None:
    """Send a recipient nothing more, of a message's stream or at all, and tell of it once; call inside a transaction."""
    stream = message["stream"] if scope == "stream" else ""
    if suppressions.suppress(actor, recipient["address"], _REASON, source, message_id=message["id"], stream=stream):
        hits.write(message, recipient, _REASON, {"scope": scope, "source": source}, clock.now_ms(), counted=True)
        record = {**hits.about(message, recipient), "scope": scope, "source": source}
        events.publish(actor, f"email.{_REASON}", message["id"], record=record)


def _found(link: Link) -> tuple[Row, Row]:
    recipient = email_queue.find_anywhere(link.recipient_id)
    message = email_messages.find(recipient["tenant_id"], recipient["mode"], recipient["message_id"]) if recipient else None
    if recipient is None or message is None:
        raise Missing("This link belongs to no mail that is known here.")
    return message, recipient
