"""Messages: taking one in, showing how it fares, calling it back.

What is taken in is complete: rendered and composed before it enters the queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from server.domain.actor import Actor
from server.domain.errors import Conflict, Fault, Missing, Unprocessable
from server.domain.mail import addressing, personal_links
from server.domain.mail.addressing import Mailbox
from server.domain.permissions import permit
from server.services import events, pages
from server.services.email import attachments, composing, markup, streams, templates
from server.services.email.attachments import Attachment
from server.services.email.composing import Draft
from server.services.email.holds import Holds
from server.services.email.queueing import Submission, enqueue
from server.store import database, email_events, email_messages, email_queue
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.store.tables import Row
    from server.system.settings_table import Email

LONGEST_BODY: Final = 2_000_000
LATEST_MS: Final = 30 * 86_400_000
"""How far ahead a message may be scheduled."""
_MOMENT: Final = {"format": "date-time", "examples": ["2026-11-20T12:00:00Z"]}
_ADDRESS: Final = {"examples": ["Ada <ada@example.com>"]}

Address = Annotated[str, StringConstraints(min_length=3, max_length=500), Field(json_schema_extra=_ADDRESS)]
Addresses = Address | Annotated[list[Address], Field(max_length=1000)]
Moment = Annotated[str, StringConstraints(max_length=40), Field(json_schema_extra=_MOMENT)]
Body = Annotated[str, StringConstraints(max_length=LONGEST_BODY)]


class NewMessage(BaseModel):
    """A message. Either `text` and/or `html` with a `subject`, or a `template` (its id or name) with the `data` that fills it.

    `{{ unsubscribe_url }}` and `{{ preferences_url }}` in any of them become each recipient's own address.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sender: Annotated[Address, Field(alias="from")]
    to: Addresses
    cc: Addresses = []
    bcc: Addresses = []
    reply_to: Addresses = []
    subject: Annotated[str, StringConstraints(max_length=composing.LONGEST_SUBJECT)] | None = None
    text: Body | None = None
    html: Body | None = None
    template: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    data: dict[str, Any] = {}
    attachments: list[Attachment] = []
    stream: streams.Name = "transactional"
    account: Annotated[str, StringConstraints(max_length=100)] | None = None
    send_at: Moment | None = None
    deadline: Moment | None = None
    tracking: streams.Tracking | None = None
    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=50)], Annotated[str, StringConstraints(max_length=500)]], Field(max_length=20)
    ] = {}

    @model_validator(mode="after")
    def _says_something(self) -> NewMessage:
        if self.template is None and (self.subject is None or (self.text is None and self.html is None)):
            message = "needs a subject and text or html, or a template"
            raise ValueError(message)
        if self.template is not None and (self.text is not None or self.html is not None):
            message = "has either a template or text and html of its own"
            raise ValueError(message)
        return self


class RecipientView(BaseModel):
    """How a message fares with one recipient; `reply` is what the last server said, `reason` why it stands as it does.

    `held_by` says in words what keeps it from being sent although it is due.
    """

    id: str
    address: str
    kind: Literal["to", "cc", "bcc"]
    state: Literal["queued", "sending", "deferred", "sent", "delivered", "bounced", "suppressed", "cancelled", "expired", "failed"]
    attempts: int
    next_attempt_at: str | None
    site: str | None
    source: str | None
    code: int | None
    enhanced_code: str | None
    reply: str | None
    reason: str | None
    provider_message_id: str | None
    held_by: str | None
    finished_at: str | None


class MessageView(BaseModel):
    """A message. Its `state` is that of all its recipients, `mixed` where they differ, `scheduled` before `send_at`."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    object: str
    sender: Annotated[str, Field(alias="from")]
    to: list[str]
    cc: list[str]
    bcc: list[str]
    reply_to: list[str]
    subject: str
    message_id: str
    stream: str
    account: str | None
    template_id: str | None
    template_version: int | None
    state: str
    recipients: list[RecipientView]
    tracking: streams.Tracking | None
    metadata: dict[str, str]
    size: int
    origin: Literal["api", "smtp", "appliance"]
    send_at: str
    deadline: str
    content_kept: bool
    created_at: str
    cancelled_at: str | None


class MessageEventView(BaseModel):
    """One thing that happened to a message: an attempt, or what came back about a recipient."""

    id: str
    object: str
    type: str
    at: str
    recipient_id: str | None
    address: str | None
    detail: dict[str, Any]


def create(actor: Actor, body: NewMessage, limits: Email) -> dict[str, Any]:
    """Take a message in. Raises Unprocessable pointing at everything that keeps it from being sent."""
    permit(actor, "email:write")
    _check_together(
        lambda: _read(body.sender, "/from"),
        lambda: _people(body, limits.max_recipients),
        lambda: composing.check_line(body.subject or "", "/subject"),
        lambda: _moments(body),
    )
    people, sender = _people(body, limits.max_recipients), _read(body.sender, "/from")[0]
    send_at, deadline_at = _moments(body)
    chosen = templates.render_for(actor, body.template, body.data, body.subject) if body.template else None
    subject = composing.check_line(chosen.subject if chosen else body.subject or "", "/subject")
    header_id = new_header_id(sender)
    draft = Draft(
        header_id,
        sender,
        people["to"],
        subject,
        send_at or clock.now_ms(),
        cc=people["cc"],
        reply_to=people["reply_to"],
        text=chosen.text if chosen else _text(body),
        html=chosen.html if chosen else personal_links.marked(body.html),
        files=attachments.read(actor, body.attachments, limits),
    )
    whole = composing.compose(draft, largest=limits.max_message_bytes)
    submission = Submission(
        sender,
        people,
        subject,
        whole,
        header_id,
        stream=body.stream,
        account_id=body.account,
        send_at=send_at,
        deadline_at=deadline_at,
        template=(chosen.template_id, chosen.number) if chosen else (None, None),
        tracking=body.tracking.model_dump_json() if body.tracking else None,
        metadata=orjson.dumps(body.metadata).decode(),
        personal=personal_links.are_in(draft.text, draft.html),
    )
    return get(actor, enqueue(actor, submission))


def _text(body: NewMessage) -> str | None:
    """Return the part for those who read no HTML: made of the HTML where none is given. An empty one is left out."""
    if body.text is not None or body.html is None:
        return personal_links.marked(body.text) or None
    return personal_links.marked(markup.as_text(body.html))


def _check_together(*checks: Callable[[], object]) -> None:
    """Raise what the only check that fails raises, or Unprocessable pointing at everything that several found."""
    failed: list[Unprocessable] = []
    for check in checks:
        try:
            check()
        except Unprocessable as error:
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise Unprocessable("Several parts of the message cannot be used.", faults=[fault for error in failed for fault in error.faults])


def content(actor: Actor, message_id: str) -> bytes:
    """Return a message as it is sent, without its signatures. Raises Missing, also once what it said is gone."""
    permit(actor, "email:read")
    _find(actor, message_id)
    found = email_messages.content(actor.tenant_id, actor.mode, message_id)
    if found is None:
        raise Missing("What the message said was removed after its time.")
    return found


def new_header_id(sender: Mailbox) -> str:
    """Return a Message-ID of its own, the same at every attempt."""
    return f"<{ids.new_id('mail')}@{sender.domain}>"


def _people(body: NewMessage, most: int) -> dict[str, list[Mailbox]]:
    found = {name: _read(getattr(body, name), f"/{name}") for name in ("to", "cc", "bcc", "reply_to")}
    count = sum(len(found[name]) for name in ("to", "cc", "bcc"))
    if not found["to"]:
        raise Unprocessable("A message needs a recipient.", code="no_recipients", faults=[Fault("/to", "no_recipients", "It is empty.")])
    if count > most:
        detail = f"A message has at most {most} recipients; this one has {count}."
        raise Unprocessable(detail, code="too_many_recipients", faults=[Fault("/to", "too_many_recipients", detail)])
    return found


def _read(given: str | Sequence[str], pointer: str) -> list[Mailbox]:
    """Return addresses. Raises Unprocessable pointing at every one that is none."""
    found: list[Mailbox] = []
    faults: list[Fault] = []
    for place, text in enumerate([given] if isinstance(given, str) else given):
        where = pointer if isinstance(given, str) else f"{pointer}/{place}"
        try:
            found.append(addressing.mailbox(text))
        except Unprocessable as error:
            faults.append(Fault(where, error.stable_code, error.detail))
    if faults:
        raise Unprocessable("Some addresses cannot be used.", code="invalid_address", faults=faults)
    return found


def _moments(body: NewMessage) -> tuple[int | None, int | None]:
    now = clock.now_ms()
    found = {name: _moment(getattr(body, name), f"/{name}") for name in ("send_at", "deadline")}
    send_at, deadline = found["send_at"], found["deadline"]
    if send_at is not None and send_at > now + LATEST_MS:
        raise _bad_moment("/send_at", "A message can be scheduled for the next 30 days.")
    if deadline is not None and deadline <= max(now, send_at or 0):
        raise _bad_moment("/deadline", "It is before the message could be sent.")
    return send_at, deadline


def _moment(text: str | None, pointer: str) -> int | None:
    try:
        return None if text is None else clock.parse_rfc3339(text)
    except (ValueError, OverflowError) as error:
        raise _bad_moment(pointer, "It has to be a moment such as 2026-11-20T12:00:00Z.") from error


def _bad_moment(pointer: str, detail: str) -> Unprocessable:
    return Unprocessable(detail, code="invalid_moment", faults=[Fault(pointer, "invalid_moment", detail)])


def _find(actor: Actor, message_id: str) -> Row:
    row = email_messages.find(actor.tenant_id, actor.mode, message_id)
    if row is None:
        raise Missing(f"There is no message '{message_id}'.")
    return row


def get(actor: Actor, message_id: str) -> dict[str, Any]:
    """Return a message with its recipients. Raises Missing."""
    permit(actor, "email:read")
    row, holds = _find(actor, message_id), Holds(actor.tenant_id, actor.mode)
    return _shown(row, email_queue.of_message(actor.tenant_id, actor.mode, message_id), holds)


def _shown(row: Row, recipients: Sequence[Row], holds: Holds) -> dict[str, Any]:
    addressed = orjson.loads(row["addressed"])
    found = {name: row[name] for name in ("id", "subject", "stream", "template_id", "template_version", "size", "origin")}
    found |= {"object": "email_message", "from": row["sender"], "message_id": row["header_id"], "account": row["account_id"]}
    found |= {kind: addressed.get(kind, []) for kind in ("to", "cc", "bcc", "reply_to")}
    found |= {"state": _state(row, recipients), "recipients": [_recipient_shown(one, holds) for one in recipients]}
    found |= {"tracking": orjson.loads(row["tracking"]) if row["tracking"] else None, "metadata": orjson.loads(row["metadata"])}
    found |= {"send_at": clock.rfc3339(row["send_at"]), "deadline": clock.rfc3339(row["deadline_at"]), "content_kept": row["purged_at"] is None}
    return found | {"created_at": clock.rfc3339(row["created_at"]), "cancelled_at": _time(row["cancelled_at"])}


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else clock.rfc3339(at_ms)


def _state(row: Row, recipients: Sequence[Row]) -> str:
    states = {one["state"] for one in recipients}
    if states == {"queued"} and row["send_at"] > clock.now_ms():
        return "scheduled"
    return states.pop() if len(states) == 1 else "mixed"


def _recipient_shown(row: Row, holds: Holds) -> dict[str, Any]:
    found = {"held_by": holds.of(row)}
    found |= {name: row[name] for name in ("id", "address", "kind", "state", "attempts", "site", "source", "code", "reply", "reason")}
    following = clock.rfc3339(row["due_at"]) if row["finished_at"] is None else None
    found |= {"provider_message_id": row["provider_id"]}
    return found | {"enhanced_code": row["enhanced"], "next_attempt_at": following, "finished_at": _time(row["finished_at"])}


def shown(actor: Actor, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return messages with their recipients, in the order they have."""
    of, holds = email_queue.of_messages(actor.tenant_id, actor.mode, [row["id"] for row in rows]), Holds(actor.tenant_id, actor.mode)
    return [_shown(row, of.get(row["id"], []), holds) for row in rows]


def history(actor: Actor, message_id: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of what happened to a message, the oldest first, and the cursor of the next."""
    permit(actor, "email:read")
    _find(actor, message_id)
    scope = pages.scope_of(actor, "email_events", message_id)
    found, following = pages.page(
        scope, cursor, limit, lambda after, most: email_events.of_message(actor.tenant_id, actor.mode, message_id, after, most)
    )
    return [_event_shown(row) for row in found], following


def _event_shown(row: Row) -> dict[str, Any]:
    found = {name: row[name] for name in ("id", "type", "recipient_id", "address")}
    return found | {"object": "email_event", "at": clock.rfc3339(row["at"]), "detail": orjson.loads(row["detail"])}


def cancel(actor: Actor, message_id: str) -> dict[str, Any]:
    """Call a message back, for those it was not sent to yet; once is enough. Raises Conflict (`message_sent`) when there are none."""
    permit(actor, "email:write")
    now = clock.now_ms()
    with database.transaction():
        if _find(actor, message_id)["cancelled_at"] is not None:
            return get(actor, message_id)
        called_back = email_queue.cancel(actor.tenant_id, actor.mode, message_id, now)
        if not called_back:
            raise Conflict("The message was sent, or is being sent, to everybody it is for.", code="message_sent")
        email_messages.cancel(actor.tenant_id, actor.mode, message_id, now)
        email_events.insert_many(
            [
                (ids.new_id("eev"), actor.tenant_id, actor.mode, message_id, recipient_id, address, "cancelled", now, "{}")
                for recipient_id, address in called_back
            ]
        )
        events.record_audit(actor, "email_message.cancelled", message_id)
    return get(actor, message_id)
