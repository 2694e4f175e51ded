"""What ties the children of `serve` to their parent: two pipes, so that it works alike on every system.

A child reports on its standard output, one JSON object a line, and holds its standard input only to notice its end: when the
parent is gone, however it went, the pipe closes and the child finishes what is under way and ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

_STANDARD_INPUT: Final = 0


class Lifeline:
    """The child's end."""

    def report(self, name: str, /, **values: Any) -> None:
        """Tell the parent something; one that is gone is not told."""
        try:
            print(json.dumps({**values, "report": name}), flush=True)
        except OSError:
            sys.stdout = None

    def watch(self, ended: Callable[[], object]) -> None:
        """Call `ended`, in a thread of its own, when the parent is gone."""
        threading.Thread(target=self._watch, args=(ended,), name="lifeline", daemon=True).start()

    def _watch(self, ended: Callable[[], object]) -> None:
        while os.read(_STANDARD_INPUT, 1):
            pass
        ended()


def follow(pipe: IO[bytes], heard: Callable[[dict[str, Any]], None]) -> None:
    """Hand over what a child reports, in a thread of its own, until the child ends; what is no report is passed over."""
    threading.Thread(target=_follow, args=(pipe, heard), name="reports", daemon=True).start()


def _follow(pipe: IO[bytes], heard: Callable[[dict[str, Any]], None]) -> None:
    for line in pipe:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "report" in found:
            heard(found)
