"""Where the console finds what it ships, and where it keeps what is the user's: never in the working folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).parents[2] / "resources"


def configuration(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's folder for the console's settings, made if missing and closed to others."""
    if own := environ.get("JUNCTION_CONSOLE_HOME"):
        return made(Path(own))
    if sys.platform == "win32":
        return made(Path(environ.get("APPDATA", str(Path.home()))) / "junction")
    if sys.platform == "darwin":
        return made(Path.home() / "Library" / "Application Support" / "junction")
    return made(Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "junction")


def made(folder: Path) -> Path:
    """Return a folder that only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
