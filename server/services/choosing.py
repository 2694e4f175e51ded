"""Choosing: what may be taken of webhooks where the due times alone do not say: throttled, ordered, at most once, or being tried again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from server.store import deliveries, lines, webhook_health

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from server.services.receivers import Rate, Receiver
    from server.store.deliveries import Taken
    from server.store.lines import Standing

WINDOW: Final = 500
"""How many of a webhook's due deliveries are looked at together."""
LEAST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 900_000


def take(receivers: Mapping[str, Receiver], rooms: Mapping[str, int], tried: Collection[str], lease: str, now_ms: int, until_ms: int) -> list[Taken]:
    """Take what may be taken of each webhook; `tried` are those whose circuit breaker is open. Call in a transaction."""
    found: list[Taken] = []
    for webhook_id, throttled_until in webhook_health.reserve(sorted(receivers)).items():
        if webhook_id not in tried or webhook_health.probe(webhook_id, now_ms, until_ms):
            found += _take(receivers[webhook_id], rooms[webhook_id], throttled_until, lease, (now_ms, until_ms))
    return found


def _take(receiver: Receiver, room: int, throttled_until: int | None, lease: str, span: tuple[int, int]) -> list[Taken]:
    now, until = span
    if receiver.once:
        lines.abandon(receiver.id, now)
    if receiver.rate is not None:
        room = min(room, allowed(receiver.rate, throttled_until, now))
    if room < 1:
        return []
    found = _heads(receiver, room, lease, span) if receiver.ordered else deliveries.take({receiver.id: room}, lease, now, until)
    if receiver.rate is not None and found:
        webhook_health.throttle(receiver.id, next_moment(receiver.rate, throttled_until, now, len(found)))
    return found


def allowed(rate: Rate, throttled_until: int | None, now_ms: int) -> int:
    """Return how many requests may be made now (GCRA: a moment that moves on by one interval per request, and may run a burst ahead)."""
    ahead = _moment(rate, throttled_until, now_ms)
    return max(math.floor((now_ms + rate.burst - ahead) / rate.interval) + 1, 0)


def next_moment(rate: Rate, throttled_until: int | None, now_ms: int, made: int) -> int:
    """Return from when on the next request may be made, after so many."""
    return math.ceil(_moment(rate, throttled_until, now_ms) + made * rate.interval - rate.burst)


def _moment(rate: Rate, throttled_until: int | None, now_ms: int) -> float:
    return max(now_ms, now_ms if throttled_until is None else throttled_until + rate.burst)


def _heads(receiver: Receiver, room: int, lease: str, span: tuple[int, int]) -> list[Taken]:
    """Take what stands first in its line, and put off what does not."""
    now, until = span
    standing = lines.due(receiver.id, now, WINDOW)
    first: dict[str, Standing] = {}
    for one in standing:
        if one.ordering_key is not None and (one.ordering_key not in first or (one.place or 0) < (first[one.ordering_key].place or 0)):
            first[one.ordering_key] = one
    leading = [(one.taken.id, key, one.place or 0) for key, one in first.items()]
    waiting = lines.blocked(receiver.id, leading, parks=receiver.parks) if leading else set()
    waiting |= {one.taken.id for one in standing if one.ordering_key is not None and first[one.ordering_key] is not one}
    free = [one.taken for one in standing if one.taken.id not in waiting][:room]
    if free:
        lines.lease([one.id for one in free], lease, until)
    if waiting:
        lines.put_off([_put_off(one, now) for one in standing if one.taken.id in waiting])
    return free


def _put_off(one: Standing, now: int) -> tuple[str, int]:
    """Return when to look again, should nobody have let it go: after as long as it has waited already."""
    return one.taken.id, now + min(max(now - one.taken.created_at, LEAST_WAIT_MS), LONGEST_WAIT_MS)


def release(ended: Sequence[str], now_ms: int) -> None:
    """Let go what stands behind deliveries that have ended."""
    if ended:
        lines.let_go(ended, now_ms)
