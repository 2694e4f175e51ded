"""A vendor's published limits, kept as windows: how many calls came above them is counted, and refused where a test wants that."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """So many calls in so many seconds; `paths` narrows it to paths that begin so."""

    calls: int
    seconds: float
    paths: str = "/"


@dataclass
class Window:
    """The calls of the last seconds under one limit."""

    limit: Limit
    times: deque[int] = field(default_factory=deque)
    exceeded: int = 0

    def take(self, path: str, now: int) -> bool:
        """Count a call, and tell whether it is within the limit."""
        if not path.startswith(self.limit.paths):
            return True
        while self.times and self.times[0] <= now - self.limit.seconds * 1000:
            self.times.popleft()
        self.times.append(now)
        within = len(self.times) <= self.limit.calls
        self.exceeded += not within
        return within

    def left(self) -> int:
        return max(0, self.limit.calls - len(self.times))
