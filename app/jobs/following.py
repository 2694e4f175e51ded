"""Follows something that never ends, in a thread of its own: what arrives is handed over ten times a second, so much at a time; none is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from app.client.cancellation import Cancellation
from app.client.errors import Cancelled, ClientError

FLUSH_MS: Final = 100
FLUSH_MOST: Final = 1000  # what came while it was paused is handed over in parts, so that no frame waits for it
LONGEST_WAIT: Final = 5.0
Source = Callable[[Any, Cancellation], Iterator[Any]]


class Following(QObject):
    """Reads a source again and again. `source` is called with the last thing it gave, so that it goes on after it."""

    def __init__(self, source: Source, arrived: Callable[[list[Any]], None], said: Callable[[ClientError | None], None], parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._arrived = arrived
        self._said = said
        self._waiting: deque[Any] = deque()
        self._states: deque[ClientError | None] = deque()
        self._cancellation = Cancellation()
        self._last: Any = None
        self.paused = False
        self._timer = QTimer(self, interval=FLUSH_MS)
        self._timer.timeout.connect(self.flush)

    def start(self) -> None:
        """Begin, or begin again where it ended."""
        self.stop()
        self._cancellation = Cancellation()
        Thread(target=self._live, args=(self._cancellation,), name="following", daemon=True).start()
        self._timer.start()

    def stop(self) -> None:
        """Follow no longer."""
        self._cancellation.say()
        self._timer.stop()

    def flush(self) -> None:
        """Hand over what has arrived; while it is paused, it waits."""
        while self._states:
            self._said(self._states.popleft())
        if not self.paused and self._waiting:
            found = [self._waiting.popleft() for _ in range(min(FLUSH_MOST, len(self._waiting)))]
            self._arrived(found)

    @property
    def held(self) -> int:
        """How much has arrived and waits."""
        return len(self._waiting)

    def _live(self, cancellation: Cancellation) -> None:
        wait = 0.2
        while not cancellation.said:
            try:
                for found in self._source(self._last, cancellation):
                    wait = 0.2
                    if found is None:
                        self._states.append(None)
                        continue
                    self._last = found
                    self._waiting.append(found)
            except Cancelled:
                return
            except ClientError as error:
                self._states.append(error)
            wait = min(wait * 2, LONGEST_WAIT)
            if not cancellation.said:
                _sleep(cancellation, wait)


def _sleep(cancellation: Cancellation, seconds: float) -> None:
    try:
        cancellation.sleep(seconds)
    except Cancelled:
        return
