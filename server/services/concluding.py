"""What an attempt that ended means for its delivery, and the row that keeps it, made ready the moment it ends.

Nothing here touches the database, so that the thread that writes has nothing left to do but to write.
"""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import orjson

from server.domain import retry
from server.domain.redaction import MASK, redact_headers
from server.domain.retry import Outcome
from server.services.receivers import SIGNED, Receiver
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.store.deliveries import Ended, Taken

_KEPT_TEXT: Final = 65_536
_OWN_FAULTS: Final = frozenset({"egress_proxy_failed", "out_of_sockets"})
_NEVER_SENT: Final = frozenset(
    {"connection_refused", "dns_failed", "template_failed", "tls_certificate_invalid", "token_failed", "webhook_address_refused"}
)
_OWN_FAULT_WAIT_MS: Final = 10_000


class Reply(Protocol):
    """What the poster tells of an attempt."""

    @property
    def status(self) -> int | None:
        """The HTTP status, None when no complete answer came."""

    @property
    def error(self) -> str | None:
        """Why none came, as a stable code."""

    @property
    def detail(self) -> str | None:
        """Why none came, in words."""

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

    @property
    def timings(self) -> Mapping[str, float]:
        """Milliseconds from the start to the end of a step, by step."""

    @property
    def address(self) -> str | None:
        """The address that was spoken to."""


class Work(NamedTuple):
    """One delivery in hand."""

    delivery: Taken
    receiver: Receiver
    body: bytes


class Done(NamedTuple):
    """One attempt that ended: what it means, how it leaves its delivery, and its own row; no row when it counts as none."""

    work: Work
    reply: Reply
    outcome: Outcome
    ended: Ended
    attempt: tuple[Any, ...] | None

    @property
    def leaves_line(self) -> bool:
        """Whether the delivery stood in a line, and holds up nobody behind it any more."""
        receiver = self.work.receiver
        return receiver.ordered and (self.ended[1] == "delivered" or (self.ended[1] == "dead" and not receiver.parks))


def concluded(work: Work, started_at: int, headers: Mapping[str, str], reply: Reply, body: bytes | None = None) -> Done:
    """Conclude an attempt; `headers` are those sent, and `body` what was sent where that was not the event as it is kept."""
    outcome = retry.classify(reply.status) if reply.status is not None else Outcome.FAILED
    if reply.error in _OWN_FAULTS:  # a fault on our side costs the delivery no try
        delivery = work.delivery
        ended = (delivery.id, "pending", clock.now_ms() + _OWN_FAULT_WAIT_MS, delivery.attempts, None, reply.error, None)
        return Done(work, reply, outcome, ended, None)
    return Done(work, reply, outcome, _ended(work, reply, outcome), _attempt(work, started_at, headers, reply, body))


def _ended(work: Work, reply: Reply, outcome: Outcome) -> Ended:
    delivery, now = work.delivery, clock.now_ms()
    number = delivery.attempts + 1
    if outcome is Outcome.DELIVERED:
        return (delivery.id, "delivered", now, number, reply.status, None, now)
    error = reply.error or f"status_{reply.status}"
    hint = retry.parse_retry_after(reply.retry_after, now) if reply.retry_after else None
    schedule = work.receiver.schedule
    delay = retry.next_delay(number - delivery.attempts_before, jitter=random.random(), hint_seconds=hint, schedule=schedule)  # noqa: S311 - spreads load, guards nothing
    unrepeatable = work.receiver.once and error not in _NEVER_SENT
    if delay is None or outcome is Outcome.GONE or unrepeatable:
        return (delivery.id, "dead", now, number, reply.status, error, now)
    return (delivery.id, "pending", now + round(delay * 1000), number, reply.status, error, None)


def _attempt(work: Work, started_at: int, headers: Mapping[str, str], reply: Reply, body: bytes | None) -> tuple[Any, ...]:
    delivery = work.delivery
    return (
        ids.new_id("att"),
        delivery.tenant_id,
        delivery.mode,
        delivery.webhook_id,
        delivery.id,
        delivery.attempts + 1,
        started_at,
        round(reply.total_ms, 1),
        orjson.dumps({name: round(value, 1) for name, value in reply.timings.items()}).decode() if reply.timings else None,
        reply.address,
        reply.status,
        reply.error if reply.error is None else f"{reply.error}: {reply.detail}",
        _request(work.receiver, headers, body),
        _response(reply),
    )


def _request(receiver: Receiver, headers: Mapping[str, str], body: bytes | None) -> str:
    sent = dict(receiver.masked)
    for name in SIGNED:
        sent[name] = headers[name]
    if receiver.token is not None:
        sent["Authorization"] = MASK
    request: dict[str, Any] = {"url": receiver.masked_url, "headers": sent}
    if body is not None:
        request["body"] = body[:_KEPT_TEXT].decode("utf-8", "replace")
    return orjson.dumps(request).decode()


def _response(reply: Reply) -> str | None:
    if reply.status is None:
        return None
    text = reply.body[:_KEPT_TEXT].decode("utf-8", "replace").replace("\x00", "\ufffd")
    headers = {name: _masked(name, value) for name, value in (reply.headers or {}).items()}
    return orjson.dumps({"headers": headers, "body": text}).decode()


@lru_cache(maxsize=4096)
def _masked(name: str, value: str) -> str:
    """Mask one header of an answer; receivers send the same ones again and again."""
    return redact_headers({name: value})[name]
