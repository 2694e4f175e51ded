"""What routes do with a mail: an activity on its contact's timeline, a copy to an address, a message for a connector.

An activity is known by the mail's Message-ID, so that a mail which an import or a connector has brought already is not there twice.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Unprocessable
from server.domain.filters import Condition, Query
from server.domain.inbound.arrivals import Arrival
from server.services import records
from server.services.email import messages, routes, signing
from server.services.email.attachments import Attachment
from server.services.email.messages import NewMessage
from server.services.inbound import gateway
from server.store import email_arrivals, inbound_sources
from server.store.records import by_noun
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.actor import Actor
    from server.domain.mail.reading import Mail
    from server.system.settings_table import Email

    Row = dict[str, Any]

SYSTEM: Final = "message_id"
_LONGEST_ID: Final = 200
_LONGEST_BODY: Final = 50_000
_LONGEST_SUBJECT: Final = 200
_MOST_LOOKED_FOR: Final = 20


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail on its way: who acts, its row, what it says, and what sending is limited by."""

    actor: Actor
    row: Row
    mail: Mail
    limits: Email


def follow(mailed: Mailed, wanted: Sequence[Mapping[str, Any]]) -> str | None:
    """Do what a route asks for, inside the transaction that ends the mail's way; returns the activity, if there is one."""
    made = [_ACTIONS[action["type"]](mailed, action) for action in wanted]
    return next((one for one in made if one), None)


def external_id(row: Row) -> str:
    """Return what an activity of this mail is known by."""
    found = row["header_id"] or f"copy-{row['copy_key']}"
    return found if len(found) <= _LONGEST_ID else hashlib.sha256(found.encode()).hexdigest()


def _activity(mailed: Mailed, _action: Mapping[str, Any]) -> str:
    row, actor = mailed.row, mailed.actor
    subject = (row["subject"] or "(no subject)")[:_LONGEST_SUBJECT]
    body: dict[str, Any] = {"type": "email", "subject": subject, "body": mailed.mail.text()[:_LONGEST_BODY]}
    body |= {"starts_at": clock.rfc3339(row["received_at"]), "done": True}
    contact = _contact(actor, [row["sender"], *orjson.loads(row["recipients"])])
    body |= {"contact_id": contact} if contact else {}
    document, _ = records.upsert(actor, by_noun()["activity"], SYSTEM, external_id(row), body)
    return str(document["id"])


def _contact(actor: Actor, addresses: Sequence[str]) -> str | None:
    """Return the first contact with one of these addresses, the sender's before the others."""
    for address in addresses[:_MOST_LOOKED_FOR]:
        found, _ = records.list_page(actor, by_noun()["contact"], Query(limit=1, filter=Condition(("email",), "eq", address)))
        if found:
            return str(found[0]["id"])
    return None


def _copy(mailed: Mailed, action: Mapping[str, Any]) -> None:
    """Send the mail on as an attachment, from the address it came to: a changed copy would fail its sender's DMARC."""
    row, actor = mailed.row, mailed.actor
    sender = next((one for one in orjson.loads(row["recipients"]) if signing.is_verified(actor.tenant_id, actor.mode, one.rpartition("@")[2])), None)
    if sender is None or routes.accepting([action["to"]]):
        raise Unprocessable("There is no verified address to send the copy from, or it would come back here.", code="invalid_route")
    raw = email_arrivals.content(actor.tenant_id, actor.mode, row["id"]) or b""
    enclosed = Attachment(filename="message.eml", content=base64.b64encode(raw).decode(), content_type="application/octet-stream")
    said = f"{row['sender']} wrote to {sender}. The message is attached."
    body = {"from": sender, "to": action["to"], "subject": f"Fwd: {row['subject']}"[:_LONGEST_SUBJECT], "text": said}
    messages.create(actor, NewMessage.model_validate(body | {"attachments": [enclosed]}), mailed.limits)


def _connector(mailed: Mailed, action: Mapping[str, Any]) -> None:
    """Hand the mail to an inbound source, whose connector processes it as it does a vendor's message."""
    row, actor = mailed.row, mailed.actor
    source = inbound_sources.find(actor.tenant_id, actor.mode, action["source_id"])
    if source is None:
        raise Unprocessable("The route's inbound source is gone.", code="invalid_route")
    told = {name: row[name] for name in ("id", "sender", "identity", "subject", "thread_id", "header_id")}
    told |= {"recipients": orjson.loads(row["recipients"]), "text": mailed.mail.text()[:_LONGEST_BODY]}
    arrival = Arrival("POST", f"mail:{row['id']}", {"content-type": "application/json"}, (), orjson.dumps(told))
    gateway.keep(gateway.Accepted(gateway.source_of(source), arrival, row["id"], "email.received"))


def _nothing(_mailed: Mailed, _action: Mapping[str, Any]) -> None:
    """Do nothing more: webhooks hear of every mail, and what is discarded is only listed."""


_ACTIONS: Final[dict[str, Callable[[Mailed, Mapping[str, Any]], str | None]]] = {
    "activity": _activity,
    "address": _copy,
    "connector": _connector,
    "webhook": _nothing,
    "discard": _nothing,
}
