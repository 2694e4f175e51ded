"""Returns: what bounces, complaints and auto-replies say of messages of ours, written into their events, their recipients and suppressions.

Only what is proven counts. A return path with our mark names its recipient; without one a report is believed as far as it returns a
Message-ID of ours and speaks of a recipient of that message. A return path with a forged mark makes the whole report nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.domain.mail import complaints, verp
from server.domain.mail.addressing import normal
from server.domain.mail.identity import message_id, message_ids
from server.domain.mail.judging import AUTO_REPLY, BOUNCE, COMPLAINT, REPORT, Judgement, Outcome
from server.domain.mail.reading import read
from server.services import events
from server.services.email import return_paths, suppressions
from server.store import database, email_events, email_figures, email_messages, email_queue, email_strikes
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor, Mode
    from server.domain.mail.reading import Mail

    Row = dict[str, Any]

FULL_STRIKES: Final = 3
FULL_FOR_MS: Final = 72 * 3_600_000
_KEPT: Final = 1000
_PATHS: Final = ("delivered-to", "x-original-to", "to", "x-envelope-to")


@dataclass(frozen=True, slots=True)
class Linked:
    """What a report belongs to: the message, the recipients that it may speak of, and whether one of them is proven by its return path."""

    message: Row
    recipients: tuple[Row, ...]
    proven: Row | None = None


@dataclass(frozen=True, slots=True)
class Forged:
    """A report to a return path that nobody here made."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who said what came back, and when it happened: now, where that is not known."""

    source: str = "returned_message"
    at_ms: int | None = None


RETURNED: Final = Told()


def link(tenant_id: str, mode: str, mail: Mail, envelope: tuple[str, ...]) -> Linked | Forged | None:
    """Return what a report belongs to; None when it names nothing of this tenant's."""
    paths = [one for one in dict.fromkeys((*envelope, *mail.addresses(*_PATHS))) if verp.is_return_path(one)]
    for path in paths:
        recipient = return_paths.find_recipient(path)
        if recipient and (recipient["tenant_id"], recipient["mode"]) == (tenant_id, mode):
            message = email_messages.find(tenant_id, mode, recipient["message_id"])
            return Linked(message, (recipient,), recipient) if message else None
    return Forged() if paths else _by_copy(tenant_id, mode, mail)


def _by_copy(tenant_id: str, mode: str, mail: Mail) -> Linked | None:
    """Find the message by the copy that came back, or by what a reply answers."""
    returned = complaints.returned_copy(mail)
    found = [message_id(returned)] if returned else message_ids(mail.text())[-5:]
    for header_id in [one for one in (*found, *message_ids(mail.header("in-reply-to"))) if one]:
        message = email_messages.find_by_header(tenant_id, mode, f"<{header_id}>")
        if message:
            return Linked(message, tuple(email_queue.of_message(tenant_id, mode, message["id"])))
    return None


def record(tenant_id: str, mode: str, judgement: Judgement, linked: Linked, told: Told = RETURNED) -> int:
    """Write what a report says; call inside a transaction. Returns of how many recipients something was believed."""
    actor = system_actor(tenant_id, cast("Mode", mode))
    believed = 0
    for outcome in judgement.recipients:
        recipient = _recipient(linked, outcome)
        if recipient is not None:
            _write(actor, judgement, outcome, linked.message, recipient, told)
            believed += 1
    return believed


def _recipient(linked: Linked, outcome: Outcome) -> Row | None:
    """Return which recipient an outcome is about: the proven one, else the one whose address it names."""
    if linked.proven is not None:
        return linked.proven
    if not outcome.address and len(linked.recipients) == 1:
        return linked.recipients[0]
    return next((one for one in linked.recipients if normal(one["address"]) == normal(outcome.address)), None)


def _write(actor: Actor, judgement: Judgement, outcome: Outcome, message: Row, recipient: Row, by: Told) -> None:
    now = clock.now_ms()
    happened = _happened(judgement, outcome)
    detail = {"reason": outcome.reason, "status": outcome.status, "action": outcome.action, "hard": outcome.hard, "source": by.source}
    detail |= {"diagnostic": outcome.diagnostic[:_KEPT], "feedback_type": judgement.feedback_type, "reported_address": outcome.address}
    told = {name: value for name, value in detail.items() if value not in {"", None}}
    values = (ids.new_id("eev"), actor.tenant_id, actor.mode, message["id"], recipient["id"], recipient["address"], happened, by.at_ms or now)
    email_events.insert_many([(*values, orjson.dumps(told).decode())])
    if _ends(actor, happened, outcome, recipient, now):
        email_figures.count(message, recipient, _COUNTED[happened], "" if happened == "delivered" else outcome.reason or "", now)
    if happened in _TOLD:
        _publish(actor, happened, told, message, recipient)
    _suppress(actor, judgement, outcome, message, recipient["address"], now)


_TOLD: Final = frozenset({"bounced", "complained", "delivered"})
_COUNTED: Final = {"bounced": "bounced", "complained": "complained", "delayed": "deferred", "delivered": "delivered"}


def _ends(actor: Actor, happened: str, outcome: Outcome, recipient: Row, now: int) -> bool:
    """Bring the recipient to where a report says it ended; tells whether that is to be counted. An arrival counts once, and not after a return."""
    place = (actor.tenant_id, actor.mode, recipient["id"])
    if happened == "bounced":
        email_queue.finish(*place, "bounced", outcome.reason, now)
    elif happened == "delivered":
        if not email_queue.arrive(*place, now):
            return False
        succeeded(actor.tenant_id, actor.mode, recipient["address"])
    return happened in _COUNTED


def _happened(judgement: Judgement, outcome: Outcome) -> str:
    if judgement.kind == BOUNCE:
        return "delayed" if outcome.action == "delayed" else "bounced"
    return {COMPLAINT: "complained", AUTO_REPLY: "auto_replied", REPORT: "delivered"}[judgement.kind]


def _publish(actor: Actor, happened: str, told: dict[str, Any], message: Row, recipient: Row) -> None:
    about = {"object": "email_message", "id": message["id"], "message_id": message["header_id"], "recipient_id": recipient["id"]}
    about |= {"recipient": recipient["address"], "from": message["sender"], "subject": message["subject"], "stream": message["stream"]}
    events.publish(actor, f"email.{happened}", message["id"], record=about | told | {"metadata": orjson.loads(message["metadata"])})


def _suppress(actor: Actor, judgement: Judgement, outcome: Outcome, message: Row, address: str, now: int) -> None:
    """Send nothing more to who is dead, complained, or stays full; a block, a policy or a full mailbox alone is no reason."""
    detail = outcome.diagnostic[:_KEPT] or None
    if judgement.kind == COMPLAINT and judgement.feedback_type in complaints.SUPPRESSING:
        suppressions.suppress(actor, address, "complaint", "feedback_report", message_id=message["id"], detail=judgement.feedback_type)
    elif judgement.kind == BOUNCE and outcome.hard and outcome.action != "delayed":
        suppressions.suppress(actor, address, "hard_bounce", "bounce", message_id=message["id"], detail=detail)
    elif judgement.kind == BOUNCE and outcome.reason == "mailboxfull" and stays_full(actor, address, now):
        suppressions.suppress(actor, address, "mailbox_full", "bounce", message_id=message["id"], detail=detail)


def stays_full(actor: Actor, address: str, now: int) -> bool:
    """Count that a mailbox was full; tell whether it has been so often enough, over days."""
    count, first_at = email_strikes.strike(actor.tenant_id, actor.mode, normal(address), now)
    return count >= FULL_STRIKES and now - first_at >= FULL_FOR_MS


def succeeded(tenant_id: str, mode: str, address: str) -> None:
    """Forget what failed before, since something got through; call inside a transaction."""
    email_strikes.clear(tenant_id, mode, normal(address))


def handle(tenant_id: str, mode: str, raw: bytes, judgement: Judgement, envelope: tuple[str, ...]) -> tuple[str, str | None]:
    """Do what a report asks for; returns why nothing was done, "" when something was, and the message it is about."""
    linked = link(tenant_id, mode, read(raw), envelope)
    if isinstance(linked, Forged):
        return "its return path is forged", None
    if linked is None:
        return "it is about nothing that was sent from here", None
    with database.transaction():
        believed = record(tenant_id, mode, judgement, linked)
    return ("" if believed else "it speaks of nobody the message was for"), linked.message["id"]
