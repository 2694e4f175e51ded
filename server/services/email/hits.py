"""Hits on the addresses in mails: written down as they come, and judged a minute later, when it can be known who it was.

A hit changes nothing but its own row. What it tells of the recipient is told once: the first open, and the first click on each link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.domain.mail import hits as rules
from server.domain.mail.hits import Hit
from server.services import events
from server.store import database, email_events, email_figures, email_hits, email_messages, email_queue
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Mode
    from server.domain.mail.tracking_links import Link

    Row = dict[str, Any]

_LONGEST_AGENT: Final = 500
_SETTLED_MS: Final = rules.WINDOW_MS + 5_000
"""After so long a time nothing more can come that a hit is judged with."""
STEP: Final = 200
OUTCOMES: Final = {("open", "human"): "opened", ("click", "human"): "clicked", ("open", "prefetch"): "prefetched"}
"""What a hit tells by its kind and by who made it; anything else was `scanned`."""
_TOLD: Final = frozenset({"opened", "clicked"})


def record(link: Link, method: str, agent: str) -> None:
    """Write a hit down; one on a mail that nobody knows any more leaves nothing."""
    recipient = email_queue.find_anywhere(link.recipient_id)
    if recipient is None:
        return
    row: Row = {"kind": link.kind, "place": link.place, "links": link.links, "target": link.url or None, "method": method, "agent": agent}
    with database.transaction():
        keep(recipient, row, clock.now_ms())


def keep(recipient: Row, hit: Row, at_ms: int) -> None:
    """Write down a hit on a recipient's copy, to be judged; call inside a transaction."""
    row: Row = {**hit, "id": ids.new_id("hit"), "message_id": recipient["message_id"], "recipient_id": recipient["id"]}
    row |= {"agent": hit["agent"][:_LONGEST_AGENT], "sent_at": recipient["finished_at"], "at": at_ms}
    email_hits.insert(recipient["tenant_id"], recipient["mode"], row)


def judge_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Judge the hits of all tenants that have settled; returns of how many recipients those were."""
    judged = 0
    while not stopping():
        before = clock.now_ms() - _SETTLED_MS
        waiting = email_hits.waiting(before, STEP)
        for tenant_id, mode, recipient_id in waiting:
            with database.transaction():
                _judge(tenant_id, mode, recipient_id, before)
        judged += len(waiting)
        if len(waiting) < STEP:
            break
    return judged


def _judge(tenant_id: str, mode: str, recipient_id: str, before: int) -> None:
    found = email_hits.of_recipient(tenant_id, mode, recipient_id)
    known = [_hit(row) for row in found]
    said = {(row["outcome"], row["place"]) for row in found if row["outcome"]}
    judged = []
    for row, hit in zip(found, known, strict=True):
        if row["outcome"] is not None or row["at"] > before:
            continue
        kind, rule = rules.judge(hit, known)
        outcome = OUTCOMES.get((row["kind"], kind), "scanned")
        judged.append((outcome, rule, row["id"]))
        if (outcome, row["place"]) not in said:
            is_first = all(outcome != other for other, _ in said)
            said.add((outcome, row["place"]))
            _tell(row, outcome, rule, is_first=is_first)
    email_hits.judge(tenant_id, mode, judged)


def _hit(row: Row) -> Hit:
    return Hit(row["kind"], row["at"], row["method"], row["agent"], row["place"], row["links"], row["sent_at"])


def _tell(row: Row, outcome: str, rule: str, *, is_first: bool) -> None:
    """Write what a hit means: an event of the message, the figures when it is the recipient's first, and for people an event for webhooks."""
    tenant_id, mode = row["tenant_id"], row["mode"]
    message = email_messages.find(tenant_id, mode, row["message_id"])
    recipient = email_queue.find(tenant_id, mode, row["recipient_id"])
    if message is None or recipient is None:
        return
    detail = {"link": row["target"], "agent": row["agent"] or None, "method": row["method"], "rule": rule}
    write(message, recipient, outcome, {name: value for name, value in detail.items() if value is not None}, row["at"], counted=is_first)
    if outcome in _TOLD:
        record = {**about(message, recipient), "link": row["target"], "agent": row["agent"], "at": clock.rfc3339(row["at"])}
        events.publish(system_actor(tenant_id, cast("Mode", mode)), f"email.{outcome}", message["id"], record=record)


def write(message: Row, recipient: Row, outcome: str, detail: Row, at_ms: int, *, counted: bool) -> None:
    """Write that something happened to a recipient's copy, and count it; call inside a transaction."""
    values = (message["tenant_id"], message["mode"], message["id"], recipient["id"], recipient["address"], outcome, at_ms)
    email_events.insert_many([(ids.new_id("eev"), *values, orjson.dumps(detail).decode())])
    if counted:
        email_figures.count(message, recipient, outcome, "", at_ms)


def about(message: Row, recipient: Row) -> Row:
    """Return what an event says of the message and of the recipient."""
    found = {"object": "email_message", "id": message["id"], "message_id": message["header_id"], "recipient_id": recipient["id"]}
    found |= {"recipient": recipient["address"], "from": message["sender"], "subject": message["subject"], "stream": message["stream"]}
    return found | {"metadata": orjson.loads(message["metadata"])}
