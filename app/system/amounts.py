"""Amounts as people say them; a thousand bytes are a kilobyte."""

from __future__ import annotations


def size(count: float) -> str:
    """Return a number of bytes as people say it."""
    for unit in ("B", "KB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
