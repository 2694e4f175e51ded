"""Amounts as people say them; a thousand bytes are a kilobyte."""

from __future__ import annotations

from app.system.locales import number


def size(count: float) -> str:
    """Return a number of bytes as people say it."""
    for unit in ("B", "KB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{number(count, 0 if unit == 'B' else 1)} {unit}"
        count /= 1000
    return f"{number(count, 1)} TB"
