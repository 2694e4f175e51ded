"""Refuses libraries that are known to break the console, before they can."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Final

BROKEN_QT: Final = (6, 12)
NEEDED_PYTHON: Final = (3, 12)


def refusal(qt: str | None = None, python: tuple[int, int] = sys.version_info[:2]) -> str | None:
    """Return why this Python and this Qt must not run together; None when they may.

    PySide6 6.12 was built against headers that take None and True for immortal; before Python 3.12 they are not, and each
    crossing of the border between the two gives a reference away until the interpreter aborts.
    """
    version = qt or metadata.version("PySide6-Essentials")
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) >= BROKEN_QT and python < NEEDED_PYTHON:
        return f"PySide6 {version} aborts on Python {python[0]}.{python[1]}. Install 'PySide6-Essentials<6.12', or use Python 3.12 or newer."
    return None
