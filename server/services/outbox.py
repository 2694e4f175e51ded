"""The outbox: messages queued in the transaction of what they tell of, and worked off with retries, so that a crash loses none.

A message is sealed while it waits, since it may hold a token, and emptied when it has ended. No transaction is open while
one is sent; one that was under way during a crash is sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Later, Skip, Unprocessable
from server.services import vaults, wakes
from server.store import database, outbox
from server.system import clock, ids, logs, presence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.store.outbox import Waiting

    Sender = Callable[[str, dict[str, Any]], None]

CONTEXT: Final = "outbox.message/"
LEASE_MS: Final = 120_000
FIRST_RETRY_MS: Final = 15_000
LONGEST_RETRY_MS: Final = 3_600_000
KEPT_MS: Final = 30 * 86_400_000
_AT_ONCE: Final = 20
log = logs.get_logger()


def queue(channel: str, kind: str, message: Mapping[str, Any], *, useful_ms: int) -> str:
    """Queue a message, given up when it could not be sent within `useful_ms`; returns its id. Joins the open transaction."""
    message_id, now = ids.new_id("out"), clock.now_ms()
    sealed = vaults.vault().seal(orjson.dumps(message), CONTEXT + message_id)
    with database.transaction():
        outbox.insert(message_id, channel, kind, sealed, now, now + useful_ms)
        database.after_commit(wakes.mails)
    return message_id


def work_off(senders: Mapping[str, Sender]) -> int:
    """Send what is due through the sender of its channel, and return how many went out; what has no sender waits.

    A sender raises Later to be called again, Skip or Unprocessable to give the message up.
    """
    sent = 0
    _tidy()
    while batch := _take(senders):
        lease, waiting = batch
        sent += sum(_send(one, lease, senders[one.channel]) for one in waiting)
    return sent


def _tidy() -> None:
    now = clock.now_ms()
    with database.transaction():
        outbox.expire(now)
        outbox.prune(now - KEPT_MS)


def _take(senders: Mapping[str, Sender]) -> tuple[str, list[Waiting]] | None:
    if not senders:
        return None
    lease, now = presence.new_lease(), clock.now_ms()
    with database.transaction():
        waiting = outbox.take(tuple(senders), lease, now, now + LEASE_MS, _AT_ONCE)
    return (lease, waiting) if waiting else None


def _send(one: Waiting, lease: str, sender: Sender) -> bool:
    message = orjson.loads(vaults.vault().open(one.message, CONTEXT + one.id))
    try:
        sender(one.id, message)
    except Later as error:
        delay = min(FIRST_RETRY_MS * 2 ** min(one.attempts, 20), LONGEST_RETRY_MS)
        log.warning("message_delayed", id=one.id, channel=one.channel, seconds=delay // 1000, error=error.detail)
        with database.transaction():
            outbox.retry(one.id, lease, clock.now_ms() + delay, error.detail[:500])
        return False
    except (Skip, Unprocessable) as error:
        log.warning("message_refused", id=one.id, channel=one.channel, error=error.detail)
        with database.transaction():
            outbox.finish(one.id, lease, "failed", error.detail[:500], clock.now_ms())
        return False
    with database.transaction():
        outbox.finish(one.id, lease, "sent", None, clock.now_ms())
    return True
