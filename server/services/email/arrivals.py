"""Arrivals: mail is taken in once, however many mailboxes it was seen in, and nobody reads it before it was scanned.

A copy is known by its Message-ID where sender and subject agree, else by what is the same of every copy: who wrote when, about
what, and the words. What was written on the way about its authenticity is taken out; what we found ourselves is kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import orjson
from pydantic import BaseModel

from server.domain.actor import system_actor
from server.domain.errors import Conflict, Missing
from server.domain.mail.identity import content_key, message_id, plain_subject, references
from server.domain.mail.judging import ORDINARY
from server.domain.mail.reading import Mail, read
from server.domain.mail.trust import UNKNOWN, identity, without_claims
from server.domain.permissions import permit
from server.services import events, pages, wakes
from server.store import database, email_messages
from server.store import email_arrivals as store
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor, Mode

    Row = dict[str, Any]

State = Literal["arrived", "held", "quarantined", "done", "ignored"]
ARRIVED, HELD, QUARANTINED, DONE, IGNORED = "arrived", "held", "quarantined", "done", "ignored"
_MOST_ATTACHMENTS: Final = 200
_LONGEST_KEY: Final = 900


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a mail was seen: `source` is an account or the listener, `place` the place there. `envelope` are those it was handed over for."""

    source: str
    place: str
    envelope: tuple[str, ...] = ()
    authentication: Mapping[str, str] = field(default_factory=lambda: UNKNOWN)


class AttachmentView(BaseModel):
    """An attachment by its number in the mail."""

    number: int
    file_name: str
    media_type: str


class ArrivalView(BaseModel):
    """A mail that arrived. `seen` says where; nothing of its content is handed out unless it is `done`."""

    id: str
    object: str
    kind: str
    state: State
    reason: str | None
    sender: str
    identity: str | None
    recipients: list[str]
    subject: str
    message_id: str | None
    thread_id: str
    authentication: dict[str, str]
    attachments: list[AttachmentView]
    size: int
    route_id: str | None
    activity_id: str | None
    sent_message_id: str | None
    seen: list[dict[str, str]]
    received_at: str


def take_in(tenant_id: str, mode: str, raw: bytes, seen: Seen) -> str:
    """Take a mail in for a tenant, and return its id; a copy is noted as seen once more."""
    mail = read(raw)
    with database.transaction():
        arrival_id, new = _noted(tenant_id, mode, _row(mail, seen, len(raw)), mail, seen, without_claims(raw))
        if new:
            database.after_commit(wakes.arrivals)
    return arrival_id


def pass_over(tenant_id: str, mode: str, header: bytes, size: int, seen: Seen, why: str) -> str:
    """Note a mail that is not taken in, by its header alone, with the reason, and return its id; it is told once."""
    mail = read(header + b"\r\n")
    row = _row(mail, seen, size) | {"kind": ORDINARY, "state": IGNORED, "state_reason": why, "due_at": None, "finished_at": clock.now_ms()}
    actor = system_actor(tenant_id, cast("Mode", mode))
    with database.transaction():
        arrival_id, new = _noted(tenant_id, mode, row, mail, seen, None)
        if new:
            events.publish(actor, "email.passed_over", arrival_id, record=shown(actor, _found(actor, arrival_id)))
    return arrival_id


def _noted(tenant_id: str, mode: str, row: Row, mail: Mail, seen: Seen, body: bytes | None) -> tuple[str, bool]:
    """Write a mail, unless it is a copy, and where it was seen; returns the id that it has now, and whether it is new."""
    known = _known(tenant_id, mode, row)
    if known is None:
        _place_in_thread(tenant_id, mode, row, mail)
        known = row if store.insert(tenant_id, mode, row, body) else store.find_copy(tenant_id, mode, row["copy_key"]) or row
    store.see(tenant_id, mode, known["id"], seen.source, seen.place, clock.now_ms())
    return str(known["id"]), known is row


def _row(mail: Mail, seen: Seen, size: int) -> Row:
    now = clock.now_ms()
    people = dict.fromkeys([*seen.envelope, *mail.addresses("to", "cc", "delivered-to", "x-original-to")])
    row: Row = {"id": ids.new_id("inm"), "copy_key": content_key(mail), "header_id": message_id(mail)[:_LONGEST_KEY] or None}
    row |= {"sender": (mail.addresses("from") or [""])[0], "subject": mail.header("subject")[:1000], "kind": "unread", "state": ARRIVED}
    row |= {"recipients": orjson.dumps([*people][:1000]).decode(), "authentication": orjson.dumps(dict(seen.authentication)).decode()}
    row |= {"identity": identity(mail, seen.authentication), "attachments": orjson.dumps(attachments(mail)).decode(), "size": size}
    return row | {"received_at": now, "due_at": now, "attempts": 0}


def _known(tenant_id: str, mode: str, row: Row) -> Row | None:
    """Return the mail that this one is a copy of, or None."""
    if row["header_id"]:
        about = (row["sender"], plain_subject(row["subject"]))
        for one in store.with_header(tenant_id, mode, row["header_id"]):
            if (one["sender"], plain_subject(one["subject"])) == about:
                return one
    return store.find_copy(tenant_id, mode, row["copy_key"])


def _place_in_thread(tenant_id: str, mode: str, row: Row, mail: Mail) -> None:
    chain = references(mail)
    own = [row["header_id"]] if row["header_id"] else []
    thread = store.thread_of(tenant_id, mode, [*own, *chain]) or ids.new_id("thr")
    row["thread_id"] = thread
    store.join_thread(tenant_id, mode, thread, [one[:_LONGEST_KEY] for one in (*chain, *own)], row["received_at"])
    sent = next((found for one in (*own, *reversed(chain)) if (found := email_messages.find_by_header(tenant_id, mode, f"<{one}>"))), None)
    row["message_id"] = sent["id"] if sent else None


def attachments(mail: Mail) -> list[dict[str, Any]]:
    """Return what a mail brings besides its text: files, and whole messages."""
    found = []
    for number, part in enumerate(mail.parts):
        if part.file_name or part.encloses or not part.media_type.startswith(("text/", "message/")):
            found.append({"number": number, "file_name": part.file_name or f"part-{number}", "media_type": part.media_type})
    return found[:_MOST_ATTACHMENTS]


def shown(actor: Actor, row: Row) -> dict[str, Any]:
    """Return a mail in its wire form."""
    found: dict[str, Any] = {"id": row["id"], "object": "inbound_email", "reason": row["state_reason"], "message_id": row["header_id"]}
    found |= {name: row[name] for name in ("kind", "state", "sender", "identity", "subject", "thread_id", "size", "route_id", "activity_id")}
    found |= {name: orjson.loads(row[name]) for name in ("recipients", "authentication", "attachments")}
    places = store.sightings(actor.tenant_id, actor.mode, row["id"])
    found["seen"] = [{"source": source, "place": place, "at": clock.rfc3339(at)} for source, place, at in places]
    return found | {"sent_message_id": row["message_id"], "received_at": clock.rfc3339(row["received_at"])}


def list_page(actor: Actor, cursor: str | None, limit: int, filters: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of mails that arrived, the newest first, and the cursor of the next."""
    permit(actor, "email:read")
    found, following = pages.page(
        pages.scope_of(actor, "arrivals", *sorted(filters.items())),
        cursor,
        limit,
        lambda before, most: store.page(actor.tenant_id, actor.mode, before, most, filters),
    )
    return [shown(actor, row) for row in found], following


def get(actor: Actor, arrival_id: str) -> dict[str, Any]:
    """Return a mail. Raises Missing."""
    permit(actor, "email:read")
    return shown(actor, _found(actor, arrival_id))


def _found(actor: Actor, arrival_id: str) -> Row:
    row = store.find(actor.tenant_id, actor.mode, arrival_id)
    if row is None:
        raise Missing(f"No message '{arrival_id}' has arrived.")
    return row


def attachment(actor: Actor, arrival_id: str, number: int) -> tuple[bytes, str, str]:
    """Return an attachment's bytes, name and type. Raises Missing, or Conflict (`attachment_not_released`) while it is kept back."""
    permit(actor, "email:read")
    row = _found(actor, arrival_id)
    if row["state"] != DONE or row["state_reason"] == UNSCANNED:
        raise Conflict("The attachment is kept back: the message was not found clean.", code="attachment_not_released")
    listed = next((one for one in orjson.loads(row["attachments"]) if one["number"] == number), None)
    body = store.content(actor.tenant_id, actor.mode, arrival_id)
    if listed is None or body is None:
        raise Missing("There is no such attachment any more.")
    return read(body).parts[number].content(), listed["file_name"], listed["media_type"]


UNSCANNED: Final = "unscanned"
RELEASED: Final = "released"


def release(actor: Actor, arrival_id: str) -> dict[str, Any]:
    """Let a quarantined mail go its way. Raises Missing, or Conflict: what is infected is let go by nobody."""
    permit(actor, "email:write")
    with database.transaction():
        row = _found(actor, arrival_id)
        if row["state"] != QUARANTINED or str(row["state_reason"]).startswith("infected"):
            raise Conflict("Only a message that is quarantined for its sender can be released.", code="arrival_not_held")
        row |= {"state": ARRIVED, "state_reason": RELEASED, "due_at": clock.now_ms(), "finished_at": None}
        store.settle(actor.tenant_id, actor.mode, row)
        events.record_audit(actor, "email.released", arrival_id, {"state": [QUARANTINED, ARRIVED]})
        database.after_commit(wakes.arrivals)
    return shown(actor, row)
