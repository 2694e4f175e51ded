"""Masks that stand for values which nobody sees by the way: enough of a long value to know it again, nothing of a short one."""

from __future__ import annotations

from typing import Any, Final

BULLETS: Final = "••••"
_MOST_SHOWN: Final = 4
_SHARE: Final = 4
_SHORTEST: Final = 8


def mask(value: str) -> str:
    """Return the mask of a value: its last characters, at most four and a quarter of it, where those are letters or digits.

    A mask is its own mask.
    """
    if is_mask(value):
        return value
    shown = min(_MOST_SHOWN, len(value) // _SHARE) if len(value) >= _SHORTEST else 0
    tail = value[-shown:] if shown else ""
    return BULLETS + (tail if tail.isalnum() else "")


def is_mask(value: Any) -> bool:
    """Tell whether a value is a mask, of whatever; no text that begins like one is taken as a value."""
    return isinstance(value, str) and value.startswith(BULLETS)
