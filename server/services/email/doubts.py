"""Messages in doubt: between their last line and the answer nobody knows who has them, so of one server at most so many are in that state."""

from __future__ import annotations

import threading


class Doubts:
    """How many messages may be in doubt at each server, over all connections of a process."""

    def __init__(self, most: int) -> None:
        """Take the number for each server."""
        self._most = most
        self._of: dict[str, threading.Semaphore] = {}
        self._lock = threading.Lock()

    def of(self, server: str) -> threading.Semaphore:
        """Return what to hold while a message is in doubt at a server."""
        with self._lock:
            return self._of.setdefault(server, threading.Semaphore(self._most))
