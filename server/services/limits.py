"""Rate limits: tiers of windows, counted per subject, and the header values that let a client honour them.

A window is fixed: it starts with a subject's first request and ends after its period. Counting never waits and never
fails; what is over is told when the window ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, NamedTuple

from server.system import clock

PERIODS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
UNLIMITED: Final = 1_000_000_000
_SWEEP_ABOVE: Final = 50_000


@dataclass(frozen=True, slots=True)
class Window:
    """At most `requests` in `seconds`, for paths that match one of `endpoints` (all when empty)."""

    name: str
    requests: int
    seconds: int
    endpoints: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Tell whether a request to this path counts."""
        return not self.endpoints or any(fnmatchcase(path, pattern) for pattern in self.endpoints)


@dataclass(frozen=True)
class Tier:
    """A named set of windows."""

    name: str
    windows: tuple[Window, ...]

    @cached_property
    def policy(self) -> str:
        """The value of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        return ", ".join(f'"{window.name}";q={window.requests};w={window.seconds}' for window in self.windows)


class Verdict(NamedTuple):
    """Whether a request may pass, and what the closest window says about it. `reset` is in seconds from now."""

    allowed: bool
    policy: str
    name: str
    limit: int
    remaining: int
    reset: int
    violated: tuple[str, ...] = ()


@dataclass(slots=True)
class Limiter:
    """The counters of one process."""

    _counts: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def take(self, subject: str, tier: Tier, path: str, units: int = 1) -> Verdict:
        """Count one request of a subject against every window that covers the path; one that is refused uses up nothing."""
        now = clock.now_ms()
        covered = [
            (window, self._entry((subject, window.name), window, now)) for window in tier.windows if not window.endpoints or window.covers(path)
        ]
        if not covered:
            return Verdict(True, tier.policy or f'"default";q={UNLIMITED};w=1', "default", UNLIMITED, UNLIMITED, 1)  # noqa: FBT003 - the field's name is above
        violated = [pair for pair in covered if pair[1][0] + units > pair[0].requests]
        if violated:
            # Of several that are used up, the one that ends last says when to come back.
            window, entry = max(violated, key=lambda pair: pair[1][1])
        else:
            for _, entry in covered:
                entry[0] += units
            window, entry = covered[0] if len(covered) == 1 else min(covered, key=lambda pair: 1 - pair[1][0] / pair[0].requests)
        remaining, reset = max(window.requests - entry[0], 0), -((now - entry[1]) // 1000)
        names = tuple(one.name for one, _ in violated) if violated else ()
        return Verdict(not violated, tier.policy, window.name, window.requests, remaining, reset, names)

    def exhausted(self, subject: str, tier: Tier) -> bool:
        """Tell whether a subject has used up a window, without counting."""
        now = clock.now_ms()
        counts = ((self._counts.get((subject, window.name)), window) for window in tier.windows)
        return any(entry is not None and entry[1] > now and entry[0] >= window.requests for entry, window in counts)

    def _entry(self, key: tuple[str, str], window: Window, now: int) -> list[int]:
        entry = self._counts.get(key)
        # An end further away than a whole window was written before the clock was set back.
        if entry is None or not now < entry[1] <= now + window.seconds * 1000:
            if len(self._counts) > _SWEEP_ABOVE:
                self._counts = {old: kept for old, kept in self._counts.items() if kept[1] > now}
            entry = self._counts[key] = [0, now + window.seconds * 1000]
        return entry
