"""The near miss: turns a wrong word into a `Did you mean ...?` wherever a name from a known set is read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 64


def near_miss(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` with its leading space, or the empty text when nothing is close."""
    # Comparing costs the product of both lengths, and nothing that long is a slip of the finger.
    if len(word) > LONGEST:
        return ""
    spelling = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), spelling, n=1)
    return f" Did you mean '{spelling[close[0]]}'?" if close else ""
