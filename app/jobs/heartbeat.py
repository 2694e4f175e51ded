"""Watches the UI thread from inside and outside: how long it was held up, and by what, when it was too long."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS: Final = 4
LONGEST: Final = 0.050


class Heartbeat(QObject):
    """Beats on the UI thread; `gaps` are the seconds between beats, `work` how many of them it computed, `stacks` what ran when one was late."""

    def __init__(self, parent: QObject | None = None, longest: float = LONGEST) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self.work: list[float] = []
        self.stacks: list[str] = []
        self._longest = longest
        self._last = 0.0
        self._computed = 0.0
        self._ends = threading.Event()
        self._ident = threading.get_ident()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin."""
        self._last, self._computed = time.perf_counter(), time.thread_time()
        self._timer.start()
        threading.Thread(target=self._watch, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()
        self._ends.set()

    def _beat(self) -> None:
        now, computed = time.perf_counter(), time.thread_time()
        self.gaps.append(now - self._last)
        self.work.append(computed - self._computed)
        self._last, self._computed = now, computed

    def _watch(self) -> None:
        seen = 0.0
        while not self._ends.wait(self._longest / 4):
            last = self._last
            if last != seen and time.perf_counter() - last > self._longest:
                seen = last
                frame = sys._current_frames().get(self._ident)  # noqa: SLF001 - there is no other way to see another thread's stack
                self.stacks.append("".join(traceback.format_stack(frame)))
                del frame  # it keeps alive whatever that thread was working with


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
