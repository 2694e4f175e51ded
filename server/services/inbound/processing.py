"""Processing: what becomes of a message after its vendor was answered, in the worker, message by message.

    PROCESSORS["shop"] = take_order         # a connector's function for its provider

    def take_order(actor: Actor, message: Message) -> Callable[[], None]:
        order = message.payload             # raises for what is malformed: the message is quarantined
        return lambda: orders.write(...)    # called inside the transaction that marks the message processed

Messages to an installation are its connector's, whatever the provider. A processor may wait for the network before it returns, never in
what it returns. Later tries a message again; any other refusal, or a bug, quarantines it, where it waits for a fix and a retry. Without
a processor a message becomes an event of its tenant.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import urlsplit

import orjson

from server.domain.actor import Actor, system_actor
from server.domain.errors import JunctionError, Later, Unprocessable
from server.domain.redaction import MASK
from server.outbound.fetching import fetch
from server.services import events, vaults
from server.services.inbound.gateway import BODY_CONTEXT, source_of
from server.services.inbound.received import Message, publish_received
from server.store import database, inbound_messages, inbound_sources
from server.system import clock, logs, presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Mode
    from server.services.inbound.gateway import Source
    from server.store.inbound_messages import TakenMessage

Processor = Callable[[Actor, "Message"], Callable[[], None]]
BATCH: Final = 64
GATHER_SECONDS: Final = 0.05
"""What comes within this is written together, so that the vendors' own writes seldom wait for ours."""
LEASE_MS: Final = 60_000
MOST_ATTEMPTS: Final = 20
LONGEST_WAIT_MS: Final = 3_600_000
_SNS_HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?")
log = logs.get_logger()


def confirm_subscription(actor: Actor, message: Message) -> Callable[[], None]:
    """Confirm that a topic of SNS may send here, which the source names; anything else becomes an event."""
    payload = message.payload
    if isinstance(payload, dict) and payload.get("Type") == "SubscriptionConfirmation":
        url = str(payload.get("SubscribeURL"))
        parts = urlsplit(url)
        if parts.scheme != "https" or not _SNS_HOST.fullmatch(parts.netloc):
            raise Unprocessable("The address to confirm at is none of Amazon's.", code="malformed_payload")
        fetch(url)
    return publish_received(actor, message)


PROCESSORS: Final[dict[str, Processor]] = {"ses": confirm_subscription, "s3": confirm_subscription}


class _Takers(NamedTuple):
    installed: Processor
    providers: Mapping[str, Processor]


def process_due(
    stopping: Callable[[], bool] = lambda: False, installed: Processor = publish_received, providers: Mapping[str, Processor] = PROCESSORS
) -> int:
    """Process what is due, the oldest first, until nothing is or until told to stop; returns how many messages were taken.

    `installed` takes what came to an installation, whatever its provider; `providers` what came from those to anything else.
    """
    count = 0
    while not stopping() and inbound_messages.any_due(clock.now_ms()):
        time.sleep(GATHER_SECONDS)
        count += _process_batch(presence.new_lease(), _Takers(installed, providers))
    return count


def _process_batch(lease: str, takers: _Takers) -> int:
    """Take a batch; what becomes an event does so in the same transaction, what a connector may take time for in a second one."""
    now = clock.now_ms()
    with database.transaction():
        taken = inbound_messages.take(lease, now, now + LEASE_MS, BATCH)
        owned = inbound_sources.installed([one.source_id for one in taken])
        slow = [one for one in taken if one.provider in takers.providers or one.source_id in owned]
        for one in taken:
            if one not in slow:
                _settle(one, lease, _prepare(one, takers))
    prepared = [(one, _prepare(one, takers)) for one in slow]
    if prepared:
        with database.transaction():
            for one, outcome in prepared:
                _settle(one, lease, outcome)
    return len(taken)


def _actor(taken: TakenMessage) -> Actor:
    return system_actor(taken.tenant_id, cast("Mode", taken.mode))


def _prepare(taken: TakenMessage, takers: _Takers) -> Callable[[], None] | Exception | str:
    """Return what is to be written for a message, why there is nothing, or the state it goes to instead; this may take time."""
    row = inbound_sources.find(taken.tenant_id, taken.mode, taken.source_id)
    if row is None or row["status"] != "active":
        return "held" if row else "discarded"
    try:
        processor = takers.installed if row["installation_id"] else takers.providers.get(taken.provider, publish_received)
        return processor(_actor(taken), _opened(taken, source_of(row), row["installation_id"]))
    except Exception as error:
        return error


def _opened(taken: TakenMessage, source: Source, installation_id: str | None) -> Message:
    body = vaults.vault().open(bytes(taken.body), BODY_CONTEXT + taken.id)
    for secret, _ in source.secrets:
        # Some providers send the secret along in the body; it goes no further.
        body = body.replace(secret.encode(), MASK.encode()) if len(secret) >= 8 else body
    return Message(
        taken.id, taken.source_id, taken.provider, taken.event_id, taken.event_type, taken.method, taken.target,
        orjson.loads(taken.headers), body, taken.received_at, installation_id,
    )  # fmt: skip


def _settle(taken: TakenMessage, lease: str, outcome: Callable[[], None] | Exception | str) -> None:
    """Write what a message led to and how it ended; whatever goes wrong undoes only this message."""
    if isinstance(outcome, str):
        inbound_messages.settle(taken.id, lease, outcome, None, clock.now_ms())
        return
    error = outcome if isinstance(outcome, Exception) else None
    if not isinstance(outcome, Exception):
        try:
            with database.savepoint():
                outcome()
                _finish(taken, lease)
        except _Lost:
            return
        except Exception as failure:
            error = failure
    if error is None:
        inbound_sources.note_success(taken.tenant_id, taken.mode, taken.source_id)
    else:
        _fail(taken, lease, error)


def _finish(taken: TakenMessage, lease: str) -> None:
    if not inbound_messages.settle(taken.id, lease, "processed", None, clock.now_ms()):
        raise _Lost


class _Lost(Exception):
    """The lease went to another worker."""


def _fail(taken: TakenMessage, lease: str, error: Exception) -> None:
    now = clock.now_ms()
    said = (error.stable_code, error.detail[:500]) if isinstance(error, JunctionError) else ("internal_error", "Something went wrong here.")
    if isinstance(error, Later) and taken.attempts < MOST_ATTEMPTS:
        wait = max((error.retry_after or 0) * 1000, min(5_000 * 2 ** (taken.attempts - 1), LONGEST_WAIT_MS))
        inbound_messages.postpone(taken.id, lease, said, now + wait)
        return
    if not isinstance(error, JunctionError):
        log.error("inbound_processing_failed", message_id=taken.id, provider=taken.provider, exc_info=error)
    if inbound_messages.settle(taken.id, lease, "quarantined", said, now):
        inbound_sources.note_failures(taken.tenant_id, taken.mode, taken.source_id, 0, 1, said[0], now)
        record = {"id": taken.id, "object": "inbound", "source_id": taken.source_id, "provider": taken.provider, "event_type": taken.event_type}
        events.publish(_actor(taken), "inbound.quarantined", taken.id, record={**record, "error": said[0], "detail": said[1]})
