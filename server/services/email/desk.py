"""The desk of the queue: which lanes are served next, and how much may be taken of each.

Transactional lanes come first, and a part of the connections is theirs alone, so they never wait for a broadcast. What a
throttle or a pause holds back is not taken at all: it stays in its lane, where anybody can see why.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.domain.mail import sites
from server.domain.mail.pacing import Pace
from server.store import database, email_queue, email_sites, email_throttles
from server.system import clock, presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.store.email_queue import Lane, TakenRecipient

LOT: Final = 25
"""How many messages are taken for one connection at a time: few enough that whoever waits for it does not wait long."""
EVERYWHERE: Final = ""
_RESERVED_SHARE: Final = 3
_SITES_KEPT_MS: Final = 60_000
_MOST_SITES: Final = 20_000
_MINUTE_MS: Final = 60_000
_QUICK_MS: Final = 10
"""A site that takes a message in so short a time is served as fast by one connection as by several."""
_WEIGHT: Final = 0.5


class Lot(NamedTuple):
    """What one connection sends next: messages of one lane, for one site."""

    lane: Lane
    site: str
    works: list[TakenRecipient]


@dataclass(slots=True)
class Room:
    """Connections that are free, in all, and lots under way at each site."""

    free: int
    threads: int
    busy: Counter[str] = field(default_factory=Counter)

    def admits(self, lane: Lane) -> bool:
        """Tell whether a lane may have another connection; the last third is for the most urgent lanes."""
        return self.free > (0 if lane.priority == 0 else max(self.threads // _RESERVED_SHARE, 1))


class MailDesk:
    """Takes lots for one sender, under its own lease name."""

    def __init__(self, *, lease_ms: int) -> None:
        """`lease_ms` is how long what was taken is ours."""
        self.lease = presence.new_lease()
        self._lease_ms = lease_ms
        self._last_served = ""
        self._sites: dict[str, tuple[str, int]] = {}
        self._slowness: dict[str, float] = {}
        self.look_at: int | None = None

    def take(self, room: Room) -> list[Lot]:
        """Take what may be sent now; `look_at` is then when a throttle lets more go, None where none is in the way."""
        now = clock.now_ms()
        self.look_at = None
        lanes = email_queue.due_lanes(now) if room.free > 0 else []
        if not lanes:
            return []
        lanes.sort(key=lambda lane: (lane.priority, lane.name <= self._last_served, lane.name))
        throttles = {(row["tenant_id"], row["mode"], row["site"]): row for row in email_throttles.in_force(now)}
        found: list[Lot] = []
        with database.transaction():
            while lanes and room.free > 0:
                lanes = [lane for lane in lanes if self._serve(lane, room, throttles, found)]
        return found

    def _serve(self, lane: Lane, room: Room, throttles: dict[tuple[str, str, str], dict[str, Any]], found: list[Lot]) -> bool:
        """Take a lot of a lane, if it may have one; tell whether it may have another."""
        if not room.admits(lane):
            return False
        now, site = clock.now_ms(), self._site(lane.domain)
        holding = [row for key in (site, EVERYWHERE) if (row := throttles.get((lane.tenant_id, lane.mode, key)))]
        allowed = self._allowed(site, lane, holding, room, now)
        works = email_queue.take(lane.name, allowed, self.lease, now, now + self._lease_ms) if allowed > 0 else []
        if not works:
            return False
        for row in holding:
            self._count(row, len(works), now)
        room.free -= 1
        room.busy[site] += 1
        self._last_served = lane.name
        found.append(Lot(lane, site, works))
        return len(works) == allowed

    def _allowed(self, site: str, lane: Lane, holding: list[dict[str, Any]], room: Room, now: int) -> int:
        known = sites.site(site)
        connections = next((row["connections"] for row in holding if row["connections"]), known.connections)
        # One connection more than a site is worth is kept for the most urgent lanes.
        worth = 1 + int(self._slowness.get(site, 0) // _QUICK_MS)
        most = min(connections, worth + 1) if lane.priority == 0 and room.busy[site] else max(min(connections - 1, worth), 1)
        if room.busy[site] >= most:
            return 0
        allowed = min(LOT, known.per_connection)
        for row in holding:
            if row["paused_until"] > now:
                self._look(row["paused_until"])
                return 0
            rate = pace(row, now)
            if rate is not None:
                allowed = min(allowed, rate.allowed(row["next_at"], now))
                if allowed == 0:
                    self._look(row["next_at"])
        return allowed

    def _count(self, row: dict[str, Any], sent: int, now: int) -> None:
        rate = pace(row, now)
        if rate is not None:
            row["next_at"] = rate.next_after(row["next_at"], now, sent)
            email_throttles.change(row["tenant_id"], row["mode"], row["site"], {"next_at": row["next_at"]}, now)
            self._look(row["next_at"])

    def _look(self, at_ms: int) -> None:
        self.look_at = at_ms if self.look_at is None else min(self.look_at, at_ms)

    def _site(self, domain: str) -> str:
        """Return the site of a domain, as far as it is known without asking anybody."""
        found = self._sites.get(domain)
        if found is None or found[1] < clock.now_ms():
            if len(self._sites) > _MOST_SITES:
                self._sites.clear()
            known = email_sites.find(domain)
            found = (known.site if known else sites.of_domain(domain), clock.now_ms() + _SITES_KEPT_MS)
            self._sites[domain] = found
        return found[0]

    def timed(self, site: str, milliseconds: float) -> None:
        """Note how long a site took for a message; the slower it is, the more connections it gets."""
        if len(self._slowness) > _MOST_SITES:
            self._slowness.clear()
        self._slowness[site] = self._slowness.get(site, milliseconds) * (1 - _WEIGHT) + milliseconds * _WEIGHT

    def learn(self, domain: str, site: str) -> None:
        """Note what was found out about a domain."""
        self._sites[domain] = (site, clock.now_ms() + _SITES_KEPT_MS)

    def give_back(self, due: Mapping[str, int]) -> None:
        """Put recipients that were not tried back into their lanes, due at a moment each."""
        if due:
            with database.transaction():
                email_queue.give_back(list(due.items()), self.lease)

    def renew(self, recipient_ids: list[str]) -> None:
        """Extend the lease of what is still in hand."""
        with database.transaction():
            email_queue.renew(recipient_ids, self.lease, clock.now_ms() + self._lease_ms)


def pace(row: Mapping[str, Any], now: int) -> Pace | None:
    """Return how fast a throttle lets mail go now: as it was set, or slower while a provider wants that; None for any speed."""
    if row["slowed_to"] and (row["slowed_until"] or 0) > now:
        return Pace(row["slowed_to"], _MINUTE_MS)
    return Pace(row["messages"], row["period_ms"]) if row["messages"] else None
