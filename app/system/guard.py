"""Refuses what is known to break the console, before it can: libraries, and a computer without a screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
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


def blindness(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """Return why no window can be shown here; None when one may. Qt itself ends the process, and blames a library that is there."""
    if platform != "linux" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return None
    return "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set."
