"""Byte ranges (RFC 9110, section 14): which part of a content is asked for, and whether what the asker has is still the same."""

from __future__ import annotations

import re
from typing import Final

from server.domain.errors import Unsatisfiable

_ONE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


def parse(header: str | None, size: int) -> tuple[int, int] | None:
    """Return first byte and the one behind the last, None for all of them. Raises Unsatisfiable for a range behind the end.

    What is no range, or several, is answered with everything, as the RFC allows: several would cost more than they save.
    """
    found = _ONE.fullmatch((header or "").strip().lower())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        last = int(found[2])
        if last == 0 or size == 0:
            raise _behind(size)
        return max(size - last, 0), size
    first, stop = int(found[1]), int(found[2]) + 1 if found[2] else size
    if found[2] and stop <= first:
        return None
    if first >= size:
        raise _behind(size)
    return first, min(stop, size)


def _behind(size: int) -> Unsatisfiable:
    return Unsatisfiable(f"There are {size} bytes, and none of them is in this range.", size=size)


def still_holds(condition: str | None, tag: str, modified: str) -> bool:
    """Tell whether If-Range lets the range be answered: no condition, the same strong tag, or the very date that was told."""
    return condition is None or condition.strip() in {tag, modified}
