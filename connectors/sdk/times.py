"""Times as vendors write them: from and to milliseconds since the epoch. Nothing here reads a clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_SECONDS_UNTIL: Final = 100_000_000_000
"""Numbers below are seconds (until the year 5138), above milliseconds (since 1973)."""


def read_time(value: Any) -> int | None:
    """Return a vendor's time in milliseconds: seconds, milliseconds, RFC 3339 (UTC where no zone is named) or an HTTP date; else None."""
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        return round(number * 1000) if abs(number) < _SECONDS_UNTIL else round(number)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError):
            continue
        return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    return None


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


FORMATS: Final[Mapping[str, Callable[[int], str]]] = {
    "iso": lambda ms: _moment(ms).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "iso_offset": lambda ms: _moment(ms).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    "iso_ms": lambda ms: _moment(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z",
    "seconds": lambda ms: str(ms // 1000),
    "ms": str,
    "date": lambda ms: _moment(ms).strftime("%Y-%m-%d"),
    "plain": lambda ms: _moment(ms).strftime("%Y-%m-%d %H:%M:%S"),
    "http": lambda ms: format_datetime(_moment(ms), usegmt=True),
}


def write_time(ms: int, form: str) -> str:
    """Return a time as one of FORMATS. Fractions are cut off, so that reading on from it repeats rather than skips."""
    return FORMATS[form](ms)
