"""The vendor's clock: it stands where a test puts it, or runs with the machine's, and may be wrong by as much as the test says."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import format_datetime

START = 1_795_176_000_000  # 2026-11-20T12:00:00Z


class VendorClock:
    """Milliseconds since the epoch, as the vendor believes them to be."""

    def __init__(self, at: int | None = START) -> None:
        """Without a time of its own it runs with the machine's clock."""
        self.at = at
        self.skew = 0

    def now(self) -> int:
        return (time.time_ns() // 1_000_000 if self.at is None else self.at) + self.skew

    def advance(self, milliseconds: int) -> None:
        assert self.at is not None, "this clock runs by itself"
        self.at += milliseconds


def rfc3339(at: int) -> str:
    """Return a time as `2026-11-20T12:00:00.123Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_seconds(at: int) -> str:
    """Return a time as `2026-11-20T12:00:00+00:00`."""
    return datetime.fromtimestamp(at // 1000, UTC).isoformat()


def http_date(at: int) -> str:
    """Return a time as `Fri, 20 Nov 2026 12:00:00 GMT`."""
    return format_datetime(datetime.fromtimestamp(at // 1000, UTC), usegmt=True)


def milliseconds(text: str) -> int:
    """Return the time that a text in RFC 3339, or in whole milliseconds, names."""
    return int(text) if text.isdigit() else round(datetime.fromisoformat(text).timestamp() * 1000)
