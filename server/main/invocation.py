"""One call of a command: its arguments, the settings they lead to, and how it answers.

Answers go to standard output, as JSON when asked for; everything else a person reads goes to standard error.
"""

from __future__ import annotations

import json
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain.actor import Actor, system_actor
from server.domain.errors import Unprocessable
from server.system import settings
from server.system.paths import data_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from server.system.settings import Settings

OVERRIDES: Final = {"listen": "server.listen", "api_processes": "server.api_processes", "worker_threads": "worker.threads"}
"""Options that are settings: each is laid over the file and the environment."""


class WrongUsage(Exception):
    """The arguments do not go together; the parser says so as it does of its own refusals."""


class Invocation:
    """What a command is called with, and what it answers with."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Take what was parsed; nothing is read or opened yet."""
        self.arguments = arguments

    def __getattr__(self, name: str) -> Any:
        """Return an argument by its name."""
        try:
            return getattr(self.arguments, name)
        except AttributeError:
            message = f"this command declares no argument '{name}'"
            raise AttributeError(message) from None

    @cached_property
    def settings(self) -> Settings:
        """The settings in force for this call. Raises Unprocessable with every problem they have."""
        overrides = {setting: getattr(self.arguments, option, None) for option, setting in OVERRIDES.items()}
        return settings.load(data_folder(getattr(self.arguments, "data", None)).root, overrides=overrides)

    def listening_on(self, address: str) -> Settings:
        """Return the settings with the address that was really opened."""
        self.arguments.listen = address
        self.__dict__.pop("settings", None)
        return self.settings

    def open(self, *, behind: bool = False) -> Actor:
        """Open the appliance for this process and return the appliance itself as the actor; see `check_appliance` for what it raises."""
        from server.main.appliance import check_appliance, open_appliance  # half a second that `check` and a refused command need not pay

        open_appliance(self.settings)
        check_appliance(self.settings, behind=behind)
        return system_actor("")

    @property
    def as_json(self) -> bool:
        """Whether the answer is for a program."""
        return bool(getattr(self.arguments, "json", False))

    def answer(self, value: Any, lines: Iterable[str] | None = None) -> None:
        """Print the answer: as JSON when asked for or when there are no lines for people."""
        if self.as_json or lines is None:
            print(json.dumps(value, ensure_ascii=False))
        else:
            print("\n".join(lines))

    def say(self, line: str) -> None:
        """Tell a person what goes on, beside the answer."""
        if not self.as_json:
            print(line, file=sys.stderr, flush=True)

    def progress(self, line: str) -> None:
        """Show how far something is: one line that replaces itself on a terminal, and nothing elsewhere."""
        if sys.stderr.isatty() and not self.as_json:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    def settled(self) -> None:
        """Take the line of progress away."""
        self.progress("")


def read_secret(path: str, what: str) -> str:
    """Return the first line of a file that holds a secret. Raises Unprocessable when it cannot be read or is empty."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unprocessable(f"The {what} cannot be read from {path}: {error}.") from error
    if not lines or not lines[0]:
        raise Unprocessable(f"The {what} in {path} is empty.")
    return lines[0]


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose columns stand under one another."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
