"""A crew: one thread that finds work and hands it out, and a few that do it, begun, told to wind down and waited for alike.

`changed` guards what the threads share; whoever changes something there that the finder waits for notifies it.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from queue import SimpleQueue
from typing import Generic, TypeVar

Work = TypeVar("Work")


class Crew(ABC, Generic[Work]):
    """Threads that work until told to stop."""

    def __init__(self, name: str, count: int) -> None:
        """Name the threads; nothing runs yet."""
        self.changed = threading.Condition()
        self.stopping = False
        self.handed_out: SimpleQueue[Work | None] = SimpleQueue()
        """The work; None ends the thread that takes it."""
        self._finder = threading.Thread(target=self._find, name=name)
        self._hands = [threading.Thread(target=self._work, name=f"{name}-{number}") for number in range(count)]

    @abstractmethod
    def _find(self) -> None:
        """Hand out work until `stopping`."""

    @abstractmethod
    def _work(self) -> None:
        """Do what is handed out until None is."""

    def start(self) -> None:
        """Begin; needs no event loop."""
        for thread in (*self._hands, self._finder):
            thread.start()

    def wind_down(self) -> None:
        """Hand out nothing more; returns at once."""
        with self.changed:
            self.stopping = True
            self.changed.notify()

    def stop(self) -> None:
        """Hand out nothing more, and wait for what is under way."""
        self.wind_down()
        self._finder.join()
        for _ in self._hands:
            self.handed_out.put(None)
        for thread in self._hands:
            thread.join()
