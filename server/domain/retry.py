"""When a delivery is tried again, and what a receiver's answer means.

The schedule is the one that Standard Webhooks gives as its example: ten attempts over 75 h 35 m 05 s. Jitter only ever
makes a delay longer, so no attempt comes earlier than the schedule or the receiver asked for.
"""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEDULE: Final = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
JITTER_SHARE: Final = 0.2
LONGEST_HINT: Final = 86400.0

_SECONDS = re.compile(r"[0-9]+")
_THROTTLING: Final = frozenset({429, 502, 504})
_GONE: Final = 410


class Outcome(Enum):
    """What an HTTP status means for a delivery and its webhook."""

    DELIVERED = "delivered"
    GONE = "gone"
    """The receiver will never want this again: the webhook is disabled."""
    PARK = "park"
    """The receiver is overloaded: the whole webhook waits, not this delivery alone."""
    FAILED = "failed"


def next_delay(attempt: int, *, jitter: float, hint_seconds: float | None = None, schedule: Sequence[float] = SCHEDULE) -> float | None:
    """Return the seconds to wait before the next attempt after `attempt` were made, or None when they are exhausted.

    `jitter` in [0, 1) adds up to a fifth. `hint_seconds` is what the receiver asked for by Retry-After; it lengthens the
    scheduled delay but never shortens it, and counts for a day at most.
    """
    if attempt >= len(schedule):
        return None
    asked = min(hint_seconds or 0.0, LONGEST_HINT)
    # The jitter goes on top of the hint too: receivers tell everybody the same moment, and all would come back at once.
    return max(float(schedule[attempt]), asked) * (1 + JITTER_SHARE * jitter)


def parse_retry_after(value: str, now_ms: int) -> float | None:
    """Return the seconds that a Retry-After header (RFC 9110 section 10.2.3) asks for, at most a day; None when it is neither form."""
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_HINT)
    try:
        moment = parsedate_to_datetime(text)
        # The old forms of a date carry no offset; all forms are in UTC.
        at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(at - now_ms / 1000, 0.0), LONGEST_HINT)


def classify(status: int) -> Outcome:
    """Return what a status means; a redirect is a failure, since following one would leave the vetted address."""
    if 200 <= status <= 299:
        return Outcome.DELIVERED
    if status in _THROTTLING:
        return Outcome.PARK
    return Outcome.GONE if status == _GONE else Outcome.FAILED
