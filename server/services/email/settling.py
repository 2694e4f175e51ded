"""Settling: writing down in one transaction how an attempt ended, and all that follows from it.

A refusal is final when the server says so and means it for good; anything else is tried again until the schedule or the
message's deadline ends it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.domain.mail import pacing, reactions
from server.domain.mail.replies import classify_reply
from server.services import events
from server.services.email import returns, routing, suppressions
from server.store import database, email_events, email_figures, email_queue, email_throttles
from server.store.email_queue import Ended
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor, Mode
    from server.store.email_queue import TakenRecipient

# A 5xx for these means "not now", whatever the number says.
TEMPORARY: Final = frozenset({"speeding", "toomanyconn", "mailboxfull", "systemerror", "systemfull", "networkerror", "failedstarttls", "expired"})
_SLOW_FROM: Final = 60
"""Messages a minute that a site without a rate of its own is taken to bear, when it is slowed for the first time."""
_LAST_CHANCE_MS: Final = 30_000
_BEFORE_DEADLINE_MS: Final = 5_000
_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `accepted` is None where nobody was reached; `command` is what the reply answered to.

    `identity` is the message's id with the provider that took it, `before` what came of the transports that were tried first.
    """

    accepted: bool | None
    source: str
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    host: str | None = None
    tls: str | None = None
    verified: bool | None = None
    command: str = ""
    reason: str | None = None
    final: bool = False
    milliseconds: int = 0
    identity: str | None = None
    before: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried: the recipient, the message's row, the site, and the schedule of its stream."""

    work: TakenRecipient
    message: Mapping[str, Any]
    site: str
    schedule: tuple[float, ...] | None = None


def settle(attempt: Attempt, outcome: Outcome, lease: str) -> None:
    """Write how an attempt ended."""
    now = clock.now_ms()
    ended = judged(attempt, outcome, now)
    work = attempt.work
    actor = system_actor(work.tenant_id, cast("Mode", work.mode))
    with database.transaction():
        email_queue.settle([ended], lease)
        email_events.insert_many([_event(attempt, outcome, ended, now)])
        email_figures.add(_figures(attempt, ended, now))
        _tell(actor, attempt, outcome, ended)
        if outcome.accepted is False and outcome.code is not None:
            react(attempt, outcome, now)
        if ended.state == "bounced":
            _suppress(actor, attempt, outcome)
        elif ended.state == "delivered":
            returns.succeeded(work.tenant_id, work.mode, work.address)
        elif ended.finished_at is not None and ended.reason == "mailboxfull" and returns.stays_full(actor, work.address, now):
            suppressions.suppress(actor, work.address, "mailbox_full", "smtp_reply", message_id=work.message_id, detail=outcome.text[:_KEPT])


def expire(attempt: Attempt, lease: str) -> None:
    """End what was not sent before its deadline; its row keeps what the last server said."""
    _end(attempt, "expired", "expired", {"deadline": clock.rfc3339(attempt.work.deadline_at)}, lease)


def withhold(attempt: Attempt, reason: str, detail: Mapping[str, Any], lease: str) -> None:
    """End what must not be sent since its recipient is suppressed now."""
    _end(attempt, "suppressed", f"suppressed_{reason}", detail, lease)


def _end(attempt: Attempt, state: str, reason: str, detail: Mapping[str, Any], lease: str) -> None:
    now, work = clock.now_ms(), attempt.work
    row = email_queue.find(work.tenant_id, work.mode, work.id) or {}
    kept = {name: row.get(name) for name in ("site", "source", "code", "enhanced", "reply", "provider_id")}
    ended = Ended(work.id, state, now, work.attempts, reason=reason, finished_at=now, **kept)
    event = (ids.new_id("eev"), work.tenant_id, work.mode, work.message_id, work.id, work.address, state, now, orjson.dumps(detail).decode())
    with database.transaction():
        email_queue.settle([ended], lease)
        email_events.insert_many([event])
        email_figures.add(_figures(attempt, ended, now))


def judged(attempt: Attempt, outcome: Outcome, now: int) -> Ended:
    """Return how an attempt leaves its recipient."""
    work, attempts = attempt.work, attempt.work.attempts + 1
    same: dict[str, Any] = {
        "site": attempt.site,
        "source": outcome.source,
        "code": outcome.code,
        "enhanced": outcome.enhanced,
        "reply": outcome.text[:_KEPT] or None,
        "provider_id": outcome.identity,
    }
    if outcome.accepted:
        arrived = outcome.source in {routing.DIRECT, routing.SANDBOX}
        return Ended(work.id, "delivered" if arrived else "sent", now, attempts, reason=None, finished_at=now, **same)
    reason = outcome.reason or classify_reply(outcome.code, outcome.enhanced, outcome.text, command=outcome.command).reason
    if outcome.final or (outcome.accepted is False and (outcome.code or 0) >= 500 and reason not in TEMPORARY):
        return Ended(work.id, "bounced", now, attempts, reason=reason, finished_at=now, **same)
    schedule = attempt.schedule or pacing.SCHEDULE
    delay = pacing.delay_seconds(attempts, jitter=random.uniform(-1, 1), reply=outcome.text, schedule=schedule)  # noqa: S311 - spread, no secret
    due = None if delay is None else _before(work.deadline_at, now + round(delay * 1000), now)
    if due is None:
        state = "failed" if delay is None else "expired"
        return Ended(work.id, state, now, attempts, reason=reason, finished_at=now, **same)
    return Ended(work.id, "deferred", due, attempts, reason=reason, finished_at=None, **same)


def _before(deadline: int, due: int, now: int) -> int | None:
    """Return when to try again: as planned, or once more just before the deadline; None when there is no time left."""
    if due < deadline:
        return due
    return deadline - _BEFORE_DEADLINE_MS if deadline - now > _LAST_CHANCE_MS else None


def _event(attempt: Attempt, outcome: Outcome, ended: Ended, now: int) -> tuple[Any, ...]:
    work = attempt.work
    detail = {"attempt": ended.attempts, "site": attempt.site, "source": outcome.source, "host": outcome.host, "tls": outcome.tls}
    detail |= {"certificate_verified": outcome.verified, "code": outcome.code, "enhanced_code": outcome.enhanced, "reply": outcome.text[:_KEPT]}
    detail |= {"reason": ended.reason, "milliseconds": outcome.milliseconds, "provider_message_id": outcome.identity}
    detail |= {"failed_over": [_failed_over(one) for one in outcome.before] or None}
    if ended.finished_at is None:
        detail["next_attempt_at"] = clock.rfc3339(ended.due_at)
    values = (ids.new_id("eev"), work.tenant_id, work.mode, work.message_id, work.id, work.address, ended.state, now)
    return (*values, orjson.dumps({name: value for name, value in detail.items() if value is not None}).decode())


def _failed_over(outcome: Outcome) -> dict[str, Any]:
    """Return why a transport was passed over."""
    found = {"source": outcome.source, "host": outcome.host, "code": outcome.code, "reason": outcome.reason, "reply": outcome.text[:_KEPT]}
    return {name: value for name, value in found.items() if value is not None}


_COUNTED: Final = {"delivered": ("sent", "delivered")}


def _figures(attempt: Attempt, ended: Ended, now: int) -> dict[email_figures.Figure, int]:
    reason = "" if ended.state in {"delivered", "sent"} else ended.reason or ""
    work, hour = attempt.work, now // email_figures.HOUR_MS
    found = _COUNTED.get(ended.state, (ended.state,))
    return {(work.tenant_id, work.mode, hour, work.stream, attempt.message["sender_domain"], attempt.site, one, reason): 1 for one in found}


def _tell(actor: Actor, attempt: Attempt, outcome: Outcome, ended: Ended) -> None:
    """Emit what a tenant hears of: handed over, arrived, returned."""
    told = {"delivered": ("email.sent", "email.delivered"), "sent": ("email.sent",)}.get(ended.state, ("email.bounced",))
    if ended.finished_at is None:
        return
    record = {"object": "email_message", "id": attempt.work.message_id, "message_id": attempt.message["header_id"], "state": ended.state}
    record |= {"recipient_id": attempt.work.id, "recipient": attempt.work.address, "from": attempt.message["sender"]}
    record |= {"subject": attempt.message["subject"], "stream": attempt.work.stream, "reason": ended.reason, "code": outcome.code}
    record |= {"reply": outcome.text[:_KEPT] or None, "metadata": orjson.loads(attempt.message["metadata"])}
    for event_type in told:
        events.publish(actor, event_type, attempt.work.message_id, record=record)


def react(attempt: Attempt, outcome: Outcome, now: int) -> None:
    """Count a refusal for the rule it falls under; as many as that rule takes pause the site or slow it, for the tenant."""
    rule = reactions.reaction(attempt.site, outcome.code or 0, outcome.text)
    if rule is None or outcome.source != routing.DIRECT:
        return
    key = (attempt.work.tenant_id, attempt.work.mode, attempt.site)
    row = email_throttles.find(*key) or {"strikes": "{}", "slowed_to": None, "slowed_until": 0, "messages": None, "period_ms": None}
    strikes = orjson.loads(row["strikes"])
    strikes[rule.key] = reactions.struck(strikes.get(rule.key, []), rule, now)
    values: dict[str, Any] = {}
    if len(strikes[rule.key]) >= rule.strikes:
        strikes[rule.key] = []
        until = now + rule.for_ms
        held = {"paused_until": until} if rule.action == "pause" else {"slowed_to": _slower(row, now), "slowed_until": until}
        values = {**held, "reason": rule.key, "reply": f"{outcome.code} {outcome.text}"[:_KEPT]}
    email_throttles.change(*key, {**values, "strikes": orjson.dumps(strikes).decode()}, now)


def _slower(row: Mapping[str, Any], now: int) -> int:
    """Return half of what was allowed in a minute, and a sixteenth of the beginning at least."""
    usual = row["messages"] * 60_000 // row["period_ms"] if row["messages"] else _SLOW_FROM
    before = row["slowed_to"] if row["slowed_to"] and (row["slowed_until"] or 0) > now else usual
    return int(max(before // 2, usual // reactions.SLOWEST_SHARE, 1))


def _suppress(actor: Actor, attempt: Attempt, outcome: Outcome) -> None:
    """Send nothing more to an address that a server has called dead."""
    refusal = classify_reply(outcome.code, outcome.enhanced, outcome.text, command=outcome.command)
    if refusal.hard or outcome.reason == "hostunknown":
        detail = f"{outcome.code or ''} {outcome.text}".strip()[:_KEPT]
        work = attempt.work
        suppressions.suppress(actor, work.address, "hard_bounce", "smtp_reply", message_id=work.message_id, detail=detail)
