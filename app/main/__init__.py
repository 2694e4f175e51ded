"""Starts the console: looks at what it runs on, makes the application, opens the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the console until its window is closed."""
    given = parser().parse_args(arguments)
    if given.probe_keyring:
        from app.system import keychain

        return keychain.probe()
    from app.system import guard

    if reason := guard.refusal():
        sys.stderr.write(f"{reason}\n")
        return 1
    if given.screenshots:
        from app.main import screenshots

        return screenshots.take(given.screenshots, given.brand)
    if reason := guard.blindness():
        sys.stderr.write(f"{reason}\n")
        return 1
    from app.main import starting

    return starting.start(given)


def parser() -> argparse.ArgumentParser:
    """Return what the console takes on its command line."""
    found = argparse.ArgumentParser(prog="junction console", description="The desktop console.")
    found.add_argument(
        "--screenshots", metavar="DIR", type=Path, help="start a demo appliance, write a picture of every page in every theme, and end"
    )
    found.add_argument("--brand", metavar="DIR", type=Path, help="folder with a brand.toml")
    found.add_argument("--probe-keyring", action="store_true", help=argparse.SUPPRESS)
    return found
