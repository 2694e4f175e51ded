"""What the delivery loop has in hand: works that wait, works being posted, and how much more of each webhook may be taken.

A webhook has at most `in_flight` posts under way, or as many as were chosen for it. One that answers quickly may have some
more waiting in memory; one whose last attempt failed or took long is slow: it has no waiting room, and all slow ones together
use only their part of the hand, so a backlog for dead receivers never keeps fresh events from the others.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Final

from server.services.concluding import Done, Work
from server.services.dispatch import Room

if TYPE_CHECKING:
    from collections.abc import Iterable

FAST_ROOM: Final = 1500
SLOW_ROOM: Final = 1500
SLOW_SECONDS: Final = 1.0
_MARGIN_SECONDS: Final = 1.0


class Hand:
    """Works by webhook; moments are those of the event loop, in seconds."""

    def __init__(self, *, in_flight: int, lease_seconds: float) -> None:
        """Begin with nothing."""
        self._in_flight = in_flight
        self._lease_seconds = lease_seconds
        self._buffer = 3 * in_flight
        self._waiting: dict[str, deque[Work]] = {}
        self._posting: dict[str, dict[str, float]] = {}
        self._ours_until: dict[str, float] = {}
        self._works: dict[str, Work] = {}
        self._limits: dict[str, int] = {}
        self.slow: set[str] = set()

    def __len__(self) -> int:
        """Return how many works are in hand."""
        return len(self._works)

    @property
    def posting(self) -> int:
        """How many posts are under way, or ended and not yet settled."""
        return sum(map(len, self._posting.values()))

    def add(self, works: Iterable[Work], now: float) -> None:
        """Take works in hand that were leased at `now`."""
        for work in works:
            self._works[work.delivery.id] = work
            self._ours_until[work.delivery.id] = now + self._lease_seconds
            self._waiting.setdefault(work.receiver.id, deque()).append(work)
            if work.receiver.concurrency is not None or work.receiver.id in self._limits:
                self._limits[work.receiver.id] = work.receiver.concurrency or self._in_flight

    def _limit(self, webhook: str) -> int:
        return self._limits.get(webhook, self._in_flight)

    def begin(self, now: float, most: int = FAST_ROOM + SLOW_ROOM) -> list[Work]:
        """Return what to post now, at most so many. A work whose lease may have run out is dropped: somebody else has it."""
        begun: list[Work] = []
        ready = deque(webhook for webhook in self._waiting if len(self._posting.get(webhook, ())) < self._limit(webhook))
        while ready and len(begun) < most:
            webhook = ready.popleft()
            work = self._next(webhook, now)
            if work is None:
                continue
            busy = self._posting.setdefault(webhook, {})
            busy[work.delivery.id] = now
            begun.append(work)
            waiting = self._waiting.pop(webhook)
            if waiting:
                self._waiting[webhook] = waiting
                if len(busy) < self._limit(webhook):
                    ready.append(webhook)
        return begun

    def _next(self, webhook: str, now: float) -> Work | None:
        """Return the work of a webhook that waits longest and is still ours."""
        waiting = self._waiting[webhook]
        while waiting:
            work = waiting.popleft()
            if self._ours_until[work.delivery.id] >= now + _MARGIN_SECONDS:
                return work
            self._forget(work)
        del self._waiting[webhook]
        return None

    def free(self, done: Iterable[Done]) -> None:
        """Let go of what has been settled, and learn from it who is slow."""
        for one in done:
            webhook = one.work.receiver.id
            self._forget(one.work)
            busy = self._posting.get(webhook, {})
            busy.pop(one.work.delivery.id, None)
            if not busy:
                self._posting.pop(webhook, None)
            quick = one.reply.status is not None and one.reply.status <= 299 and one.reply.total_ms <= SLOW_SECONDS * 1000
            (self.slow.discard if quick else self.slow.add)(webhook)

    def _forget(self, work: Work) -> None:
        self._works.pop(work.delivery.id, None)
        self._ours_until.pop(work.delivery.id, None)

    def room(self, ended: Iterable[Done], now: float) -> Room:
        """Return what may be taken, once `ended` has been settled."""
        self._notice_slow(now)
        freed = Counter(one.work.receiver.id for one in ended)
        held = {webhook: self._held(webhook) - freed[webhook] for webhook in {*self._waiting, *self._posting}}
        used = {slow: sum(held[webhook] for webhook in held if (webhook in self.slow) is slow) for slow in (True, False)}
        # Fast ones are filled up only when one of them has little left, and then together: rows that lie together are taken together.
        low = any(self._left(webhook) <= self._limit(webhook) for webhook in held if webhook not in self.slow)
        rooms = {webhook: max(self._most(webhook, low=low) - number, 0) for webhook, number in held.items()}
        return Room(
            max(min(FAST_ROOM - used[False], FAST_ROOM + SLOW_ROOM - used[False] - used[True]), 0),
            max(SLOW_ROOM - used[True], 0),
            rooms,
            self.slow,
            self._in_flight + self._buffer,
            self._in_flight,
        )

    def _left(self, webhook: str) -> int:
        return len(self._waiting.get(webhook, ()))

    def _held(self, webhook: str) -> int:
        return self._left(webhook) + len(self._posting.get(webhook, ()))

    def _most(self, webhook: str, *, low: bool) -> int:
        """Return how many of a webhook may be in hand; `low` is whether there is a reason to fill any up."""
        limit = self._limit(webhook)
        fill = webhook not in self.slow and low and self._left(webhook) <= 2 * limit
        return limit + self._buffer if fill else limit

    def _notice_slow(self, now: float) -> None:
        for webhook, busy in self._posting.items():
            oldest = next(iter(busy.values()))
            if now - oldest > SLOW_SECONDS:
                self.slow.add(webhook)

    def open_versions(self) -> dict[str, int]:
        """Return the webhooks with works that wait, and the versions they were taken with."""
        return {webhook: waiting[0].receiver.version for webhook, waiting in self._waiting.items()}

    def drop_waiting(self, keep: set[str] | None = None) -> list[Work]:
        """Let go of what waits, but for webhooks to keep, and return it; of slow webhooks nothing is kept waiting."""
        kept = (keep or set()) - self.slow
        dropped = [work for webhook, waiting in self._waiting.items() if webhook not in kept for work in waiting]
        self._waiting = {webhook: waiting for webhook, waiting in self._waiting.items() if webhook in kept}
        for work in dropped:
            self._forget(work)
        return dropped

    def lease_ending(self, now: float) -> list[Work]:
        """Return works whose lease has used up a third of its time."""
        limit = now + self._lease_seconds * 2 / 3
        return [work for delivery_id, work in self._works.items() if self._ours_until[delivery_id] < limit]

    def renewed(self, works: Iterable[Work], now: float) -> None:
        """Note that leases were extended at `now`."""
        for work in works:
            if work.delivery.id in self._ours_until:
                self._ours_until[work.delivery.id] = now + self._lease_seconds
