"""How often something is done, as people write it: seconds, `15m`, `hourly`, or by hand alone."""

from __future__ import annotations

import re
from typing import Final

SHORTEST: Final = 10
LONGEST: Final = 31 * 86_400
BY_HAND: Final = frozenset({"manual", "never", "off", ""})
WORDS: Final = {"realtime": 60, "hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 30 * 86_400}
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_WRITTEN: Final = re.compile(r"(\d{1,9})\s*(s|m|h|d)?(?:ec|econds?|in|inutes?|ours?|ays?)?")


def parse_interval(value: int | str | None) -> int | None:
    """Return an interval in seconds, None for what is done by hand alone. Raises ValueError for what is none, or out of bounds."""
    if value is None or (isinstance(value, str) and value.strip().lower() in BY_HAND):
        return None
    text = str(value).strip().lower()
    written = _WRITTEN.fullmatch(text)
    if text not in WORDS and written is None:
        message = "is none: write seconds such as 900, a text such as 15m, 2h or daily, or manual"
        raise ValueError(message)
    seconds = WORDS[text] if written is None else int(written[1]) * _UNITS[written[2] or "s"]
    if not SHORTEST <= seconds <= LONGEST:
        message = f"has to be from {SHORTEST} seconds to {LONGEST // 86_400} days"
        raise ValueError(message)
    return seconds
