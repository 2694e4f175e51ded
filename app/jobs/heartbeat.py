"""Watches the UI thread from inside and outside: how long it was held up, and by what, when it was too long."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS: Final = 4
LONGEST: Final = 0.050
SCHEDULED: Final = Path("/proc/thread-self/schedstat")  # Linux: nanoseconds on a processor, nanoseconds waiting for one, times


class Heartbeat(QObject):
    """Beats on the UI thread; `stacks` are what ran when a beat was late.

    `gaps` are the seconds between beats, `work` how many of them it computed, and `queued` how many it was ready and got no processor.
    """

    def __init__(self, parent: QObject | None = None, longest: float = LONGEST) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self.work: list[float] = []
        self.queued: list[float] = []
        self.stacks: list[str] = []
        self._longest = longest
        self._last = 0.0
        self._computed = 0.0
        self._waited = 0.0
        self._ends = threading.Event()
        self._ident = threading.get_ident()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin."""
        self._last, self._computed, self._waited = _now()
        self._timer.start()
        threading.Thread(target=self._watch, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()
        self._ends.set()

    def _beat(self) -> None:
        now, computed, waited = _now()
        self.gaps.append(now - self._last)
        self.work.append(computed - self._computed)
        self.queued.append(waited - self._waited)
        self._last, self._computed, self._waited = now, computed, waited

    def _watch(self) -> None:
        seen = 0.0
        while not self._ends.wait(self._longest / 4):
            last = self._last
            if last != seen and time.perf_counter() - last > self._longest:
                seen = last
                frame = sys._current_frames().get(self._ident)  # noqa: SLF001 - there is no other way to see another thread's stack
                self.stacks.append("".join(traceback.format_stack(frame)))
                del frame  # it keeps alive whatever that thread was working with


def _now() -> tuple[float, float, float]:
    """Return what time it is, how long this thread has computed, and how long it has waited for a processor, in seconds."""
    return time.perf_counter(), time.thread_time(), waited()


def waited() -> float:
    """Return how many seconds this thread was ready to run and others had the processors; 0 where the system does not tell."""
    try:
        return int(SCHEDULED.read_text(encoding="ascii").split()[1]) / 1e9
    except FileNotFoundError:
        return 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
