"""Dispatch: taking deliveries that are due, and writing down how their attempts ended, a batch at a time.

Nothing here waits for a receiver: `turn` settles what has ended and takes new work in one short transaction. Webhooks are
always written before deliveries, as services do when a webhook changes, so that the two never wait for each other.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from server.domain import retry
from server.domain.actor import system_actor
from server.domain.errors import JunctionError
from server.domain.retry import Outcome
from server.services import choosing, events, failing, receivers
from server.services.concluding import Work
from server.services.failing import STEP
from server.store import attempts, database, deliveries, webhook_health, webhooks
from server.store import events as stored_events
from server.store.webhook_health import Streak
from server.store.webhooks import Target
from server.system import clock, logs, metrics, presence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Mode
    from server.services.concluding import Done
    from server.services.receivers import Receiver
    from server.store.deliveries import Due, Taken

BREAKER_MS: Final = 30_000
"""How long nothing is posted to a webhook whose attempts mostly fail, before one of them tries again."""
_UNUSABLE_WAIT_MS: Final = 60_000
_LONGEST_PARKING_MS: Final = 60_000
_LOOK_SECONDS: Final = 0.02
_REMEMBER_SECONDS: Final = 1.0
_MOST_RECEIVERS: Final = 10_000
_MOST_COUNTED: Final = 4_000
TRIGGERED: Final = "webhook.triggered"
ATTEMPT_FAILED: Final = "webhook.attempt_failed"
log = logs.get_logger()


@dataclass(frozen=True, slots=True)
class Room:
    """How much may be taken: `fast` and `slow` in all, `of` per webhook where something is in hand, elsewhere the last two."""

    fast: int
    slow: int
    of: Mapping[str, int] = field(default_factory=dict)
    slow_ones: frozenset[str] | set[str] = frozenset()
    of_fast: int = 10
    of_slow: int = 10


class Desk:
    """Takes and settles deliveries for one loop, under its own lease name."""

    def __init__(self, *, lease_ms: int, schedule: Sequence[float]) -> None:
        """`lease_ms` is how long a taken delivery is ours; `schedule` the default delays before each attempt, in seconds."""
        self.lease = presence.new_lease()
        self._lease_ms = lease_ms
        self._schedule = tuple(schedule)
        self._receivers: dict[str, Receiver] = {}
        self._last_served = ""
        self._looked_at = float("-inf")
        self._asked_at = float("-inf")
        self._asked_for: dict[str, set[tuple[str, str]]] = {}

    def turn(self, done: Sequence[Done], room: Room) -> list[Work]:
        """Settle what ended and take new deliveries, in one transaction; without either, nothing is written at all."""
        due = self._in_turn(deliveries.due_webhooks(clock.now_ms())) if self._may_look(room) else []
        closed = [target for target in due if not target.is_open]
        wanted = _wanted([target for target in due if target.is_open], room)
        if not (done or closed or wanted):
            return []
        with database.transaction():
            if done:
                self._settle(done)
            for target in closed:
                close(target)
            return self._take(wanted, due)

    def _may_look(self, room: Room) -> bool:
        """Tell whether to look for what is due: with enough in hand of every webhook it is only for others, now and then."""
        if room.fast <= 0 and room.slow <= 0:
            return False
        now = time.monotonic()
        if room.of and not any(room.of.values()) and now < self._looked_at + _LOOK_SECONDS:
            return False
        self._looked_at = now
        return True

    def _in_turn(self, due: list[Due]) -> list[Due]:
        """Put those first that come after who was served last, so that with little room everybody has a turn."""
        due.sort(key=lambda target: (target.id <= self._last_served, target.id))
        return due

    def _take(self, wanted: Mapping[str, int], due: Sequence[Due]) -> list[Work]:
        if not wanted:
            return []
        now = clock.now_ms()
        ready = self._receivers_of(wanted, {target.id: target.version for target in due})
        self._last_served = list(wanted)[-1]
        tried = {target.id for target in due if target.breaker is not None}
        special = {one: room for one, room in wanted.items() if one in ready and (one in tried or ready[one].choosy)}
        plain = {one: room for one, room in wanted.items() if one in ready and one not in special}
        taken = deliveries.take(plain, self.lease, now, now + self._lease_ms) if plain else []
        if special:
            taken += choosing.take({one: ready[one] for one in special}, special, tried, self.lease, now, now + self._lease_ms)
        bodies = stored_events.bodies(list({one.event_id for one in taken}))
        lost = [one for one in taken if one.event_id not in bodies]
        if lost:
            deliveries.settle([(one.id, "dead", now, one.attempts, None, "event_gone", now) for one in lost], self.lease)
        return [Work(one, ready[one.webhook_id], bodies[one.event_id]) for one in taken if one.event_id in bodies]

    def _receivers_of(self, webhook_ids: Mapping[str, int], versions: Mapping[str, int | None]) -> dict[str, Receiver]:
        known = {one: self._receivers[one] for one in webhook_ids if one in self._receivers and self._receivers[one].version == versions[one]}
        if len(self._receivers) > _MOST_RECEIVERS:
            self._receivers.clear()
        for target in webhooks.targets([one for one in webhook_ids if one not in known]):
            found = self._made_ready(target)
            if found is not None:
                known[target.id] = self._receivers[target.id] = found
        return known

    def _made_ready(self, target: Target) -> Receiver | None:
        """Return a webhook made ready; one that cannot be waits for a minute, and keeps nobody else waiting."""
        try:
            return receivers.receiver(target, self._schedule)
        except (JunctionError, OSError, ValueError):
            log.exception("webhook_unusable", webhook_id=target.id)
            webhook_health.park(target.id, clock.now_ms() + _UNUSABLE_WAIT_MS)
            return None

    def _settle(self, done: Sequence[Done]) -> None:
        now = clock.now_ms()
        streaks: dict[str, Streak] = {}
        gone: dict[str, Taken] = {}
        for one in done:
            metrics.DELIVERY_SECONDS.observe(one.reply.total_ms / 1000)
            if one.attempt is not None:
                _extend(streaks, one)
                if one.outcome is Outcome.GONE:
                    gone[one.work.receiver.id] = one.work.delivery
        webhook_health.note(list(streaks.values()), now + BREAKER_MS)
        deliveries.settle([one.ended for one in done], self.lease)
        choosing.release([one.work.delivery.id for one in done if one.leaves_line], now)
        attempts.insert_many([one.attempt for one in done if one.attempt is not None])
        self._disable(gone)
        self._tell(done)
        for outcome, count in Counter(one.outcome for one in done).items():
            metrics.DELIVERIES.add(outcome.name.lower(), amount=count)
        for streak in streaks.values():
            _count(streak)

    def _disable(self, gone: Mapping[str, Taken]) -> None:
        for webhook_id, delivery in sorted(gone.items()):
            failing.disable(system_actor(delivery.tenant_id, _mode(delivery)), webhook_id, "The receiver answered 410 Gone.")

    def _tell(self, done: Sequence[Done]) -> None:
        """Emit what happened to a webhook where somebody asked for exactly that; what such events themselves cause is not told."""
        if time.monotonic() - self._asked_at > _REMEMBER_SECONDS:
            self._asked_for = {event_type: webhooks.wanting(event_type) for event_type in (TRIGGERED, ATTEMPT_FAILED)}
            self._asked_at = time.monotonic()
        if not any(self._asked_for.values()):
            return
        for one in done:
            delivery, reply = one.work.delivery, one.reply
            event_type = TRIGGERED if reply.status is not None and 200 <= reply.status <= 299 else ATTEMPT_FAILED
            if (delivery.tenant_id, delivery.mode) in self._asked_for[event_type] and delivery.event_type not in self._asked_for:
                actor = system_actor(delivery.tenant_id, _mode(delivery))
                events.publish(actor, event_type, delivery.webhook_id, record=_told(one))

    def renew(self, works: Sequence[Work]) -> None:
        """Extend the leases of what is still in hand."""
        with database.transaction():
            deliveries.renew([one.delivery.id for one in works], self.lease, clock.now_ms() + self._lease_ms)

    def give_back(self, works: Sequence[Work]) -> None:
        """Make what was taken but not begun due again, for whoever comes next."""
        with database.transaction():
            deliveries.give_back([one.delivery.id for one in works], self.lease, clock.now_ms())

    def still_open(self, waiting: Mapping[str, int]) -> set[str]:
        """Return which webhooks, given with the versions in hand, are still to be delivered to exactly so."""
        versions = webhooks.open_versions(list(waiting), clock.now_ms())
        return {webhook_id for webhook_id, version in waiting.items() if versions.get(webhook_id) == version}


def close(target: Due) -> None:
    """Hold what a paused or disabled webhook is owed, cancel what a removed one is; some rows at a time."""
    now = clock.now_ms()
    if target.removed:
        deliveries.cancel(target.id, now, STEP)
    else:
        deliveries.hold(target.id, now, STEP)


def release_stranded() -> int:
    """Make due what active webhooks still hold, and cancel what removed ones do; returns how many rows that were."""
    count = 0
    for target in deliveries.stranded_webhooks():
        with database.transaction():
            now = clock.now_ms()
            change = deliveries.cancel if target.removed else deliveries.unhold
            count += change(target.id, now, STEP)
    return count


def _wanted(due: Sequence[Due], room: Room) -> dict[str, int]:
    """Share the room out: slow webhooks never use what is kept for the others."""
    left = {True: room.slow, False: room.fast}
    wanted: dict[str, int] = {}
    for target in due:
        slow = target.id in room.slow_ones
        share = min(
            1 if target.breaker is not None else room.fast + room.slow, room.of.get(target.id, room.of_slow if slow else room.of_fast), left[slow]
        )
        if share > 0:
            wanted[target.id] = share
            left[slow] -= share
    return wanted


def _mode(delivery: Taken) -> Mode:
    return "test" if delivery.mode == "test" else "live"


def _extend(streaks: dict[str, Streak], done: Done) -> None:
    """Add one attempt to what a batch says of its webhook; attempts come in the order in which they ended."""
    webhook_id = done.work.receiver.id
    streak = streaks.get(webhook_id)
    if streak is None:
        streak = streaks[webhook_id] = Streak(webhook_id, clock.now_ms())
    if done.outcome is Outcome.DELIVERED:
        streak.delivered, streak.failures = streak.delivered + 1, 0
        return
    streak.failures, streak.failed = streak.failures + 1, streak.failed + 1
    if done.outcome is Outcome.PARK:
        now, reply = clock.now_ms(), done.reply
        asked = retry.parse_retry_after(reply.retry_after, now) if reply.retry_after else None
        until = min(done.ended[2], now + _LONGEST_PARKING_MS) if asked is None else now + round(asked * 1000)
        streak.parked_until = max(streak.parked_until or 0, until)


def _count(streak: Streak) -> None:
    """Count attempts by webhook, for so many webhooks as a reader of metrics can take; the rest are one."""
    kept = metrics.WEBHOOK_ATTEMPTS.kept
    name = streak.webhook_id if len(kept) < _MOST_COUNTED or (streak.webhook_id, "delivered") in kept else "other"
    for outcome, count in (("delivered", streak.delivered), ("failed", streak.failed)):
        if count:
            metrics.WEBHOOK_ATTEMPTS.add(name, outcome, amount=count)


def _told(done: Done) -> dict[str, Any]:
    delivery, reply = done.work.delivery, done.reply
    return {
        "webhook_id": delivery.webhook_id,
        "delivery_id": delivery.id,
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "attempt": delivery.attempts + 1,
        "status": reply.status,
        "error": reply.error,
        "duration_ms": round(reply.total_ms, 1),
    }
