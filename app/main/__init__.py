"""Starts the console: looks at what it runs on, makes the application, opens the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the console until its window is closed."""
    given = parser().parse_args(arguments)
    from app.main import starting

    return starting.start(given)


def parser() -> argparse.ArgumentParser:
    """Return what the console takes on its command line."""
    found = argparse.ArgumentParser(prog="junction console", description="The desktop console.")
    found.add_argument("--screenshots", metavar="DIR", help="render every page in every theme against a demo appliance, and end")
    return found


if __name__ == "__main__":
    sys.exit(main())
