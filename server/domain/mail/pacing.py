"""When a message is tried again, and how many may go to one place in a time.

A retry comes after the delay of the schedule, a fifth more or less, or when the server asked for it if that is later.
A throttle is one moment that moves on by an interval for each message (GCRA), so that in no window more go than the rate says.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUTE: Final = 60
HOUR: Final = 3600
SCHEDULE: Final = (
    2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR,
    8 * HOUR, 8 * HOUR, 8 * HOUR, 8 * HOUR, 8 * HOUR,
)  # fmt: skip
"""Delays after each failed attempt, in seconds: 18 attempts over 67 h, over 53 h at least whatever the jitter does."""
LIFETIME_MS: Final = 72 * HOUR * 1000
"""How long a message is tried that names no deadline."""
JITTER_SHARE: Final = 0.2
LONGEST_HINT: Final = 86_400
_HINT = re.compile(r"(?:in|after|within|for|wait)\s+(\d{1,6})\s*(s\b|sec|min|m\b|h\b|hour)", re.IGNORECASE)
_UNITS: Final = {"s": 1, "m": MINUTE, "h": HOUR}


def hint_seconds(reply: str) -> int | None:
    """Return how long a server's reply asks to wait, at most a day; None when it names no time."""
    found = _HINT.search(reply)
    return min(int(found[1]) * _UNITS[found[2][0].lower()], LONGEST_HINT) if found else None


def delay_seconds(attempt: int, *, jitter: float, reply: str = "", schedule: Sequence[float] = SCHEDULE) -> float | None:
    """Return the seconds to wait after `attempt` attempts, None when they are used up; `jitter` in [-1, 1] is a fifth more or less."""
    if attempt > len(schedule):
        return None
    scheduled = float(schedule[attempt - 1]) * (1 + JITTER_SHARE * jitter)
    return max(scheduled, float(hint_seconds(reply) or 0))


@dataclass(frozen=True, slots=True)
class Pace:
    """So many messages in a period, spread evenly."""

    messages: int
    period_ms: int

    @property
    def interval(self) -> float:
        """Milliseconds between two messages."""
        return self.period_ms / self.messages

    def allowed(self, next_ms: int, now_ms: int) -> int:
        """Return how many may go now, where the next may go at a moment: one, or those that fit into the coming second."""
        if now_ms < next_ms:
            return 0
        return max(math.floor(1000 / self.interval), 1)

    def next_after(self, next_ms: int, now_ms: int, sent: int) -> int:
        """Return when the next may go after so many; at most half an interval of lost time is made up for."""
        return math.ceil(max(next_ms, now_ms - self.interval / 2) + sent * self.interval)
