"""Rate limits: tiers of windows, counted per tenant, key, user or address, and the header values that let a client honour them.

A window is fixed: it starts with a subject's first request and ends after its period. A request counts in every window that
covers it or, when one of them is used up, in none; what is over is told when the window ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from server.domain.errors import Bug
from server.system import clock
from server.system.counters import Counters, LocalCounters, Meter, State

PERIODS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
UNLIMITED: Final = 1_000_000_000
Per = Literal["tenant", "key", "user", "address"]


@dataclass(frozen=True, slots=True)
class Window:
    """At most `requests` units in `seconds` for one subject, for paths that match one of `endpoints` (all when empty)."""

    name: str
    requests: int
    seconds: int
    endpoints: tuple[str, ...] = ()
    per: Per = "tenant"


@dataclass(frozen=True, slots=True)
class Cost:
    """How many units a request to a path that matches one of `endpoints` uses up."""

    endpoints: tuple[str, ...]
    units: int


@dataclass(frozen=True, slots=True)
class Tier:
    """A named set of windows, and what requests cost that cost more than one unit."""

    name: str
    windows: tuple[Window, ...]
    costs: tuple[Cost, ...] = ()


UNCOUNTED: Final = Window("default", UNLIMITED, 1)


@dataclass(frozen=True)
class Allowance:
    """The windows that hold for one caller, each beside the meter of whom it counts."""

    charges: tuple[tuple[Window, Meter], ...]
    costs: tuple[Cost, ...] = ()

    @cached_property
    def policy(self) -> str:
        """The value of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        return ", ".join(f'"{window.name}";q={window.requests};w={window.seconds}' for window, _ in self.charges)

    @cached_property
    def is_unlimited(self) -> bool:
        """Whether nothing can ever be refused."""
        return all(window.requests >= UNLIMITED for window, _ in self.charges)

    @cached_property
    def meters(self) -> tuple[Meter, ...]:
        """The meters of all windows."""
        return tuple(meter for _, meter in self.charges)

    @cached_property
    def is_the_same_everywhere(self) -> bool:
        """Whether the path of a request makes no difference."""
        return not self.costs and not any(window.endpoints for window, _ in self.charges)

    @cached_property
    def _covers(self) -> tuple[re.Pattern[str] | None, ...]:
        return tuple(_matcher(window.endpoints) if window.endpoints else None for window, _ in self.charges)

    @cached_property
    def _prices(self) -> tuple[tuple[re.Pattern[str], int], ...]:
        return tuple((_matcher(cost.endpoints), cost.units) for cost in self.costs)

    def at(self, path: str) -> tuple[Sequence[tuple[Window, Meter]], int]:
        """Return the windows that cover a path, and how many units a request to it costs."""
        path = canonical(path)
        covered = [charge for charge, covers in zip(self.charges, self._covers, strict=True) if covers is None or covers.match(path)]
        return covered, max((units for matcher, units in self._prices if matcher.match(path)), default=1)


def allow(tier: Tier, subjects: Mapping[Per, str | None], own: Sequence[Window] = (), ahead_ms: int = 0) -> Allowance:
    """Return what a caller may: a tier's windows for the subjects it has, and `own` ones of its key.

    `ahead_ms` is how far the clock of a sandbox was put forward: a window that is no longer than that is another one by now.
    """
    windows = [window for window in tier.windows if subjects.get(window.per)] + [window for window in own if subjects.get(window.per)]
    subject = next(filter(None, subjects.values()), "")
    charges = [(window, _meter(subjects[window.per] or "", window, ahead_ms)) for window in windows] or [(UNCOUNTED, _meter(subject, UNCOUNTED))]
    return Allowance(tuple(charges), tier.costs)


def _meter(subject: str, window: Window, ahead_ms: int = 0) -> Meter:
    period_ms = window.seconds * 1000
    ended = ahead_ms // period_ms
    return Meter(f"{subject}/{window.name}{f'+{ended}' if ended else ''}", window.requests, period_ms)


def _matcher(endpoints: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in endpoints))


def canonical(path: str) -> str:
    """Return the one address under /api/v1 of what answers at several, so that no limit is evaded by another spelling."""
    segments = path.strip("/").split("/")
    if segments[:3] == ["admin", "v1", "tenants"] and len(segments) > 4:
        segments = ["api", "v1", *segments[4:]]
    elif segments[0] == "api" and segments[1:2] != ["v1"]:
        segments.insert(1, "v1")
    return "/" + "/".join(segments)


class Verdict(NamedTuple):
    """Whether a request may pass, and what the closest window says about it. `reset` is in seconds from now."""

    allowed: bool
    policy: str
    name: str
    limit: int
    remaining: int
    reset: int
    violated: tuple[str, ...] = ()


class Limiter:
    """What is counted by one process, beside others when `counters` are shared. `is_remote` tells that `take` may wait for another machine."""

    def __init__(self, counters: Counters | None = None) -> None:
        """Take the counters; without any, this process counts for itself."""
        # What is never refused need not be counted exactly, so no lock is taken for it.
        self._own = LocalCounters()
        self.counters = counters or self._own
        self.is_remote = self.counters.is_remote

    def take(self, allowance: Allowance, path: str, more: int | None = None) -> Verdict:
        """Count one request, or `more` units of one, against every window that covers its path; one that is refused uses up nothing."""
        now = clock.now_ms()
        if allowance.is_the_same_everywhere:
            charges, meters, units = allowance.charges, allowance.meters, 1
        else:
            found, units = allowance.at(path)
            charges, meters = tuple(found), tuple(meter for _, meter in found)
        units = units if more is None else more
        if not charges:
            return Verdict(True, allowance.policy, "default", UNLIMITED, UNLIMITED, 1)  # noqa: FBT003 - the field's name is above
        counters = self._own if allowance.is_unlimited else self.counters
        fits, states = counters.take(meters, units, now)
        violated: tuple[str, ...] = ()
        if fits and len(charges) == 1:
            window, (used, end) = charges[0][0], states[0]
        else:
            known = [(window, used, end) for (window, _), (used, end) in zip(charges, states, strict=True)]
            over = [] if fits else [one for one in known if one[1] + units > one[0].requests]
            violated = tuple(one[0].name for one in over)
            # Of several that are used up, the one that ends last says when to come back.
            window, used, end = max(over, key=itemgetter(2)) if over else min(known, key=_room)
        # Rounded up: who comes back then finds the next window open.
        return Verdict(fits, allowance.policy, window.name, window.requests, max(window.requests - used, 0), -((now - end) // 1000), violated)

    def waits(self, allowance: Allowance, path: str) -> bool:
        """Tell whether `take` would wait for another machine."""
        if allowance.is_unlimited:
            return False
        charges, units = allowance.at(path)
        return self.counters.waits([meter for _, meter in charges], units, clock.now_ms())

    def exhausted(self, allowance: Allowance) -> bool:
        """Tell whether a caller has used up a window, without counting."""
        states = self.counters.peek(allowance.meters, clock.now_ms())
        return any(used >= meter.quota for meter, (used, _) in zip(allowance.meters, states, strict=True))

    def states(self, allowance: Allowance, now: int) -> list[tuple[Window, State]]:
        """Return every window with how much of it is used and when it ends, without counting."""
        counters = self._own if allowance.is_unlimited else self.counters
        return list(zip((window for window, _ in allowance.charges), counters.peek(allowance.meters, now), strict=True))


def _room(state: tuple[Window, int, int]) -> tuple[float, int]:
    """Return by what a client minds windows: the one with the least left and, of those used up, the one that ends last."""
    window, used, end = state
    return max(1 - used / window.requests, 0.0), -end


_installed: Limiter | None = None


def install(limiter: Limiter) -> None:
    """Take the limiter that this process counts with."""
    global _installed  # noqa: PLW0603 - the process has one door
    _installed = limiter


def limiter() -> Limiter:
    """Return the limiter of this process. Raises Bug before `install`."""
    if _installed is None:
        message = "no limiter is installed"
        raise Bug(message)
    return _installed
