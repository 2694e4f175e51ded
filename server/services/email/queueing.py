"""Putting a message that is ready into the queue: its row, one for each recipient and the lanes they wait in, all in one transaction.

A recipient who is suppressed is kept with the reason, never left out silently.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from server.domain.errors import Fault, Unprocessable
from server.domain.mail import addressing, pacing
from server.services import events, wakes
from server.services.email import accounts, signing, streams, suppressions
from server.store import database, email_events, email_figures, email_messages, email_queue
from server.store.email_queue import Lane
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from server.domain.actor import Actor
    from server.domain.mail.addressing import Mailbox
    from server.store.tables import Row


@dataclass(frozen=True, slots=True)
class Submission:
    """A message that is ready for the queue: what it says, from whom, to whom, and when."""

    sender: Mailbox
    people: Mapping[str, Sequence[Mailbox]]
    subject: str
    body: bytes
    header_id: str
    stream: str = "transactional"
    account_id: str | None = None
    send_at: int | None = None
    deadline_at: int | None = None
    template: tuple[str | None, int | None] = (None, None)
    tracking: str | None = None
    metadata: str = "{}"
    origin: str = "api"
    personal: bool = False


def _check_sender(actor: Actor, sender: Mailbox, account: Row | None) -> None:
    """Raise Unprocessable (`domain_not_verified`) for a From that is neither of a verified domain nor the address of the account."""
    own = account is not None and addressing.normal(account["address"]) == addressing.normal(sender.address)
    if not own and not signing.is_verified(actor.tenant_id, actor.mode, sender.domain):
        detail = f"{sender.domain} is not a verified sending domain; POST /email/domains says how to verify it."
        raise Unprocessable(detail, code="domain_not_verified", faults=[Fault("/from", "domain_not_verified", detail)])


def enqueue(actor: Actor, new: Submission) -> str:
    """Put a message into the queue, and return its id. Raises Unprocessable (`domain_not_verified`, `unknown_account`, `unknown_stream`)."""
    account = accounts.usable(actor, new.account_id) if new.account_id else None
    _check_sender(actor, new.sender, account)
    stream = streams.ensure(actor.tenant_id, actor.mode, new.stream)
    now, message_id = clock.now_ms(), ids.new_id("msg")
    send_at = max(new.send_at or now, now)
    lifetime = (streams.options(stream).get("lifetime_seconds") or pacing.LIFETIME_MS // 1000) * 1000
    times = {"send_at": send_at, "deadline_at": new.deadline_at or send_at + lifetime, "created_at": now}
    with database.transaction():
        wanted = [one.address for _, one in _each(new.people)]
        blocked = suppressions.check(actor.tenant_id, actor.mode, new.stream, wanted)
        recipients = [_recipient(actor, new, one, blocked, times) for one in _each(new.people)]
        addressed = {kind: [str(one) for one in found] for kind, found in new.people.items()}
        row: Row = {"id": message_id, "stream": new.stream, "account_id": new.account_id, "sender": str(new.sender), "origin": new.origin}
        row |= {"sender_domain": new.sender.domain, "subject": new.subject, "header_id": new.header_id, "recipients": len(recipients)}
        row |= {"addressed": orjson.dumps(addressed).decode(), "template_id": new.template[0], "template_version": new.template[1]}
        row |= {
            "tracking": new.tracking,
            "personal": int(new.personal),
            "metadata": new.metadata,
            "size": len(new.body),
            "created_by": actor.id,
            **times,
        }
        email_messages.insert(actor.tenant_id, actor.mode, row, new.body)
        email_queue.insert(actor.tenant_id, actor.mode, message_id, recipients)
        _open_lanes(actor, stream, recipients)
        email_events.insert_many([_began(actor, message_id, one, blocked, now) for one in recipients])
        email_figures.add(_withheld(actor, new, recipients, now))
        events.record_audit(actor, "email_message.created", message_id)
        if send_at <= now:
            database.after_commit(wakes.email)
    return message_id


def _each(people: Mapping[str, Sequence[Mailbox]]) -> Iterable[tuple[str, Mailbox]]:
    """Yield every recipient once, whatever lists they stand in."""
    seen: set[str] = set()
    for kind in ("to", "cc", "bcc"):
        for one in people.get(kind, ()):
            if one.address not in seen:
                seen.add(one.address)
                yield kind, one


def _lane_name(tenant_id: str, mode: str, stream: str, domain: str) -> str:
    """Return the name of the lane that mail of a stream for a domain waits in."""
    return f"{tenant_id}/{mode}/{stream}/{domain}"


def _recipient(actor: Actor, new: Submission, one: tuple[str, Mailbox], blocked: Mapping[str, Row], times: Mapping[str, int]) -> Row:
    kind, person = one
    block = blocked.get(person.address)
    row: Row = {"id": ids.new_id("rcp"), "kind": kind, "address": person.address, "domain": person.domain, "stream": new.stream}
    row |= {"lane": _lane_name(actor.tenant_id, actor.mode, new.stream, person.domain), "due_at": times["send_at"]}
    row |= {"deadline_at": times["deadline_at"], "created_at": times["created_at"], "state": "suppressed" if block else "queued"}
    return row | ({"reason": f"suppressed_{block['reason']}", "finished_at": times["created_at"]} if block else {})


def _withheld(actor: Actor, new: Submission, recipients: Sequence[Row], now: int) -> Mapping[email_figures.Figure, int]:
    """Return the figures of recipients who are suppressed from the start."""
    of = (actor.tenant_id, actor.mode, now // email_figures.HOUR_MS, new.stream, new.sender.domain)
    return Counter((*of, one["domain"], "suppressed", one["reason"]) for one in recipients if one["state"] == "suppressed")


def _open_lanes(actor: Actor, stream: Row, recipients: Sequence[Row]) -> None:
    priority = streams.PRIORITIES[stream["kind"]]
    wanted = {one["lane"]: one["domain"] for one in recipients if one["state"] == "queued"}
    lanes = [Lane(name, actor.tenant_id, actor.mode, stream["name"], domain, priority) for name, domain in sorted(wanted.items())]
    email_queue.open_lanes(actor.tenant_id, actor.mode, lanes)
    if stream["status"] == "paused":
        email_queue.park_stream(actor.tenant_id, actor.mode, stream["name"], streams.FOREVER, stream["status_reason"])


def _began(actor: Actor, message_id: str, row: Row, blocked: Mapping[str, Row], now: int) -> tuple[Any, ...]:
    block = blocked.get(row["address"])
    detail = suppressed_detail(block) if block else {}
    values = (ids.new_id("eev"), actor.tenant_id, actor.mode, message_id, row["id"], row["address"], row["state"], now)
    return (*values, orjson.dumps(detail).decode())


def suppressed_detail(block: Row) -> dict[str, Any]:
    """Return why somebody is suppressed, and since when."""
    since = clock.rfc3339(block["created_at"])
    return {"suppression_id": block["id"], "reason": block["reason"], "source": block["source"], "since": since, "scope": _scope(block)}


def _scope(block: Row) -> str:
    return "global" if not block["tenant_id"] else "stream" if block["stream"] else "tenant"
