"""The only source of time: integer milliseconds since the epoch, and a way for tests to hold it still.

    clock.now_ms()                    1795176000123
    clock.now_ns()                    1795176000123456789
    clock.rfc3339(1795176000123)      '2026-11-20T12:00:00.123Z'
    with clock.frozen(0) as held: held.advance(5_000)

Durations and deadlines inside one process are measured with `time.monotonic`, which no correction of the clock moves.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Held:
    """A clock that stands still until told to advance."""

    def __init__(self, at_ms: int) -> None:
        """Stand still at `at_ms`."""
        self.at_ms = at_ms

    def advance(self, milliseconds: int) -> None:
        """Move forward."""
        self.at_ms += milliseconds

    def read(self) -> int:
        """Return the moment it stands at, in nanoseconds."""
        return self.at_ms * 1_000_000


_read: Callable[[], int] = time.time_ns


def now_ms() -> int:
    """Return the present moment in milliseconds since the epoch."""
    return _read() // 1_000_000


def now_ns() -> int:
    """Return the present moment in nanoseconds since the epoch, for what must tell apart the moments inside a millisecond."""
    return _read()


@contextmanager
def frozen(at_ms: int) -> Iterator[Held]:
    """Hold the clock still for the whole process, for tests."""
    global _read  # noqa: PLW0603 - one clock per process is the point
    held = Held(at_ms)
    before, _read = _read, held.read
    try:
        yield held
    finally:
        _read = before


def rfc3339(milliseconds: int) -> str:
    """Return the moment as RFC 3339 in UTC with milliseconds."""
    # Whole seconds only: a float of both loses the last millisecond some centuries from now.
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=8192)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:-6]


def parse_rfc3339(text: str) -> int:
    """Return milliseconds for an RFC 3339 moment; one without offset is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
