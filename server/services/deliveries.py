"""Deliveries: taking what is due, deciding what an attempt's end means, and writing it down, a batch at a time.

Nothing here waits for a receiver: `turn` settles what has ended and takes new work in one short transaction.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from server.domain import retry, signing
from server.domain.redaction import redact_headers
from server.domain.retry import Outcome
from server.services import vaults
from server.store import database, deliveries, webhooks
from server.store.deliveries import Ended, Taken, Target
from server.system import clock, ids, metrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECRET_CONTEXT: Final = "webhook.secrets/"  # noqa: S105 - the name of a place, no secret
HEADERS_CONTEXT: Final = "webhook.headers/"
_KEPT_TEXT: Final = 65_536


class Reply(Protocol):
    """What the poster tells of an attempt."""

    @property
    def status(self) -> int | None:
        """The HTTP status, None when no answer came."""

    @property
    def error(self) -> str | None:
        """Why no answer came, as a stable code."""

    @property
    def detail(self) -> str | None:
        """Why no answer came, in words."""

    @property
    def total_ms(self) -> float:
        """How long the attempt took."""

    @property
    def body(self) -> bytes:
        """The beginning of the answer."""

    @property
    def headers(self) -> Mapping[str, str] | None:
        """The headers of the answer."""

    @property
    def retry_after(self) -> str | None:
        """When the receiver wants to be tried again."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook ready for posting: everything unsealed and parsed, once per version."""

    id: str
    version: int
    url: str
    headers: Mapping[str, str]
    secrets: tuple[tuple[bytes, int | None], ...]
    schedule: tuple[float, ...]
    timeout_seconds: float | None

    def sign(self, event_id: str, at_seconds: int, body: bytes) -> dict[str, str]:
        """Return the headers of one attempt (Standard Webhooks): every secret that is still live signs."""
        live = [secret for secret, expires in self.secrets if expires is None or expires > at_seconds * 1000]
        return {
            **self.headers,
            "Content-Type": "application/json",
            "User-Agent": _USER_AGENT,
            "webhook-id": event_id,
            "webhook-timestamp": str(at_seconds),
            "webhook-signature": signing.sign(live, event_id, at_seconds, body),
        }


@dataclass(frozen=True, slots=True)
class Work:
    """One delivery in hand."""

    delivery: Taken
    receiver: Receiver
    body: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """One attempt that ended; `headers` are those sent."""

    work: Work
    started_at: int
    headers: Mapping[str, str]
    reply: Reply


_USER_AGENT: Final = "Junction-Webhooks/1"


class Desk:
    """Takes and settles deliveries for one loop, under its own lease name."""

    def __init__(self, *, lease_ms: int, schedule: Sequence[float]) -> None:
        """`lease_ms` is how long a taken delivery is ours; `schedule` the default delays before each attempt, in seconds."""
        self.lease = ids.new_id("lease")
        self._lease_ms = lease_ms
        self._schedule = tuple(schedule)
        self._receivers: dict[str, Receiver] = {}

    def turn(self, done: Sequence[Done], room: Mapping[str, int], default_room: int, most: int) -> list[Work]:
        """Settle what ended and take up to `most` new deliveries; `room` is what is left per webhook, `default_room` for others."""
        with database.transaction():
            if done:
                self._settle(done)
            return self._take(room, default_room, most) if most > 0 else []

    def _take(self, room: Mapping[str, int], default_room: int, most: int) -> list[Work]:
        now = clock.now_ms()
        taken: list[tuple[Taken, Receiver]] = []
        for target in deliveries.due_webhooks(now):
            if target.status != "active":
                deliveries.hold(target.id)
                continue
            limit = min(room.get(target.id, default_room), most - len(taken))
            if limit > 0:
                receiver = self._receiver(target)
                taken += [(one, receiver) for one in deliveries.take(target.id, self.lease, now, now + self._lease_ms, limit)]
        found = deliveries.bodies(list({one.event_id for one, _ in taken}))
        return [Work(one, receiver, found[one.event_id]) for one, receiver in taken if one.event_id in found]

    def _receiver(self, target: Target) -> Receiver:
        known = self._receivers.get(target.id)
        if known is not None and known.version == target.version:
            return known
        vault = vaults.vault()
        secrets = orjson.loads(vault.open(target.secrets, SECRET_CONTEXT + target.id))
        headers = orjson.loads(vault.open(target.headers, HEADERS_CONTEXT + target.id)) if target.headers else {}
        options = orjson.loads(target.options)
        receiver = Receiver(
            target.id,
            target.version,
            target.url,
            headers,
            tuple((signing.secret_bytes(secret), expires) for secret, expires in secrets),
            tuple(options.get("retry_schedule") or self._schedule),
            options.get("timeout_seconds"),
        )
        self._receivers[target.id] = receiver
        return receiver

    def _settle(self, done: Sequence[Done]) -> None:
        ended, attempts = [], []
        failures: dict[str, int] = {}
        gone: set[str] = set()
        for one in done:
            outcome = retry.classify(one.reply.status) if one.reply.status is not None else Outcome.FAILED
            ended.append(self._ended(one, outcome))
            attempts.append(_attempt(one))
            webhook_id = one.work.receiver.id
            failures[webhook_id] = 0 if outcome is Outcome.DELIVERED else failures.get(webhook_id, 0) + 1
            if outcome is Outcome.GONE:
                gone.add(webhook_id)
            metrics.DELIVERIES.add(outcome.name.lower())
            metrics.DELIVERY_SECONDS.observe(one.reply.total_ms / 1000)
        deliveries.insert_attempts(attempts)
        deliveries.settle(ended)
        now = clock.now_ms()
        deliveries.mark_triggered([(now, count, webhook_id) for webhook_id, count in failures.items()])
        for webhook_id in gone:
            webhooks.disable(webhook_id, "The receiver answered 410 Gone.", now)
            deliveries.hold(webhook_id)

    def _ended(self, done: Done, outcome: Outcome) -> Ended:
        delivery, reply = done.work.delivery, done.reply
        now, number = clock.now_ms(), delivery.attempts + 1
        if outcome is Outcome.DELIVERED:
            return Ended(delivery.id, self.lease, "delivered", now, number, reply.status, None, now)
        hint = retry.parse_retry_after(reply.retry_after, now) if reply.retry_after else None
        delay = retry.next_delay(number, jitter=random.random(), hint_seconds=hint, schedule=done.work.receiver.schedule)  # noqa: S311 - spreads load, guards nothing
        error = reply.error or f"status_{reply.status}"
        if delay is None or outcome is Outcome.GONE:
            return Ended(delivery.id, self.lease, "dead", now, number, reply.status, error, now)
        return Ended(delivery.id, self.lease, "pending", now + round(delay * 1000), number, reply.status, error, None)

    def renew(self, under_way: Sequence[Work]) -> None:
        """Extend the lease of what is still under way."""
        with database.transaction():
            deliveries.renew([one.delivery.id for one in under_way], self.lease, clock.now_ms() + self._lease_ms)

    def give_back(self, works: Sequence[Work]) -> None:
        """Make what was taken but not begun due again, for whoever comes next."""
        with database.transaction():
            deliveries.give_back([one.delivery.id for one in works], self.lease, clock.now_ms())


def _attempt(done: Done) -> tuple[Any, ...]:
    delivery, reply = done.work.delivery, done.reply
    response = None
    if reply.status is not None:
        text = reply.body[:_KEPT_TEXT].decode("utf-8", "replace").replace("\x00", "\ufffd")
        response = orjson.dumps({"headers": redact_headers(reply.headers or {}), "body": text}).decode()
    request = orjson.dumps({"url": done.work.receiver.url, "headers": redact_headers(done.headers)}).decode()
    return (
        ids.new_id("att"),
        delivery.tenant_id,
        delivery.mode,
        delivery.webhook_id,
        delivery.id,
        delivery.attempts + 1,
        done.started_at,
        reply.total_ms,
        None,
        None,
        reply.status,
        reply.error if reply.error is None else f"{reply.error}: {reply.detail}",
        request,
        response,
    )
