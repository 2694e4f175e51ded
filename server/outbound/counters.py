"""Counters that all hosts share in one Redis: a process takes units in small blocks, and counts in its block without asking again.

What is taken never exceeds a quota. A block is at most a five-hundredth of it and shrinks towards its end, so what several
processes leave over stays below one per cent; and whoever takes the last units says that none remain. While Redis is away
every process counts for itself: a limit that is too wide for a moment is better than an appliance that refuses everybody.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redis import Redis, RedisError

from server.system import clock, logs
from server.system.counters import LocalCounters, Meter, State, is_open

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIX: Final = "junction:limits:"
_PATIENCE_SECONDS: Final = 0.25
_AWAY_SECONDS: Final = 1.0
_BLOCKS: Final = 500
_MOST: Final = 50_000
# Takes units for all keys or for none. ARGV: units, then quota, period and block of each key.
_TAKE: Final = """
local units, fits, found = tonumber(ARGV[1]), 1, {}
for i, key in ipairs(KEYS) do
    local used = tonumber(redis.call('HGET', key, 'used') or 0)
    if used + units > tonumber(ARGV[3 * i - 1]) then fits = 0 end
end
for i, key in ipairs(KEYS) do
    local used, granted = tonumber(redis.call('HGET', key, 'used') or 0), 0
    if fits == 1 then
        local rest = tonumber(ARGV[3 * i - 1]) - used
        granted = math.max(units, math.min(tonumber(ARGV[3 * i + 1]), math.floor(rest / 64)))
        used = redis.call('HINCRBY', key, 'used', granted)
        if used == granted then
            local now = redis.call('TIME')
            redis.call('HSET', key, 'began', now[1] .. '.' .. now[2])
            redis.call('PEXPIRE', key, ARGV[3 * i])
        end
    end
    found[i] = {granted, used, redis.call('PTTL', key), redis.call('HGET', key, 'began') or ''}
end
return found
"""
log = logs.get_logger()


@dataclass(slots=True)
class _Lease:
    """What a process may still count by itself in a window, and how much of it all have taken.

    The window is open until `sure` at least and until `end` at most: between them lies how long the answer was on its way.
    """

    left: int
    used: int
    sure: int
    end: int
    window: bytes

    def is_used_up(self, quota: int, units: int) -> bool:
        """Tell whether nobody would be given these units before the window ends."""
        return self.left < units and self.used + units > quota


class LeasedCounters:
    """The counters of every host that uses the same Redis."""

    is_remote: ClassVar[bool] = True

    def __init__(self, url: str) -> None:
        """Take the address; nothing is connected yet."""
        self._client: Any = Redis.from_url(url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS)
        self._script: Any = self._client.register_script(_TAKE)
        self._leases: dict[str, _Lease] = {}
        self._turn = threading.Lock()
        self._own = LocalCounters()
        self._away_until = 0.0

    def take(self, meters: Sequence[Meter], units: int, now: int) -> tuple[bool, list[State]]:
        """Count units on every meter, or on none; waits for Redis when a block is used up."""
        told = False
        while time.monotonic() >= self._away_until:
            found = self._count(meters, units, now, told=told)
            if found is not None:
                return found
            self._ask([meter for meter in meters if self._lacks(meter, units, now)], units)
            now, told = clock.now_ms(), True
        with self._turn:
            return self._own.take(meters, units, now)

    def _count(self, meters: Sequence[Meter], units: int, now: int, *, told: bool) -> tuple[bool, list[State]] | None:
        """Count in the blocks that are here; None when one has to be asked for first, or whether the window is over, unless that was just `told`."""
        with self._turn:
            leases = [self._open(meter, now) for meter in meters]
            states = [(0, now) if lease is None else (lease.used, lease.end) for lease in leases]
            used_up = [lease for lease, meter in zip(leases, meters, strict=True) if lease is not None and lease.is_used_up(meter.quota, units)]
            if used_up:
                return (False, states) if told or any(now < lease.sure for lease in used_up) else None
            held = [lease for lease in leases if lease is not None and lease.left >= units]
            if len(held) < len(leases):
                return None
            for lease in held:
                lease.left -= units
            return True, states

    def _open(self, meter: Meter, now: int) -> _Lease | None:
        found = self._leases.get(meter.key)
        return found if found is not None and is_open(found.end, meter, now) else None

    def _lacks(self, meter: Meter, units: int, now: int) -> bool:
        lease = self._open(meter, now)
        return lease is None or lease.left < units

    def _ask(self, meters: Sequence[Meter], units: int) -> None:
        """Ask for blocks, and note what all have taken; the network is waited for without the lock."""
        numbers = [number for meter in meters for number in (meter.quota, meter.period_ms, max(meter.quota // _BLOCKS, units))]
        asked = clock.now_ms()
        try:
            found = self._script([_PREFIX + meter.key for meter in meters], [units, *numbers])
        except RedisError as error:
            log.warning("limits_counted_apart", error=str(error))
            self._away_until = time.monotonic() + _AWAY_SECONDS
            return
        # Read after the answer: who waits until this moment finds the window closed in Redis too.
        now = clock.now_ms()
        with self._turn:
            if len(self._leases) > _MOST:
                self._leases = {key: lease for key, lease in self._leases.items() if lease.end > now}
            for meter, (granted, used, rest, window) in zip(meters, found, strict=True):
                before = self._leases.get(meter.key)
                left = before.left if before is not None and before.window == window else 0
                self._leases[meter.key] = _Lease(left + granted, used, asked + rest, now + min(max(rest, 0) + 1, meter.period_ms), window)

    def peek(self, meters: Sequence[Meter], now: int) -> list[State]:
        """Return every meter's state as far as this process knows it."""
        leases = [self._open(meter, now) for meter in meters]
        return [(0, now) if lease is None else (lease.used - lease.left, lease.end) for lease in leases]

    def waits(self, meters: Sequence[Meter], units: int, now: int) -> bool:
        """Tell whether a block has to be asked for."""
        if time.monotonic() < self._away_until:
            return False
        leases = [self._open(meter, now) for meter in meters]
        closed = zip(leases, meters, strict=True)
        if any(lease is not None and now < lease.sure and lease.is_used_up(meter.quota, units) for lease, meter in closed):
            return False
        return any(lease is None or lease.left < units for lease in leases)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
