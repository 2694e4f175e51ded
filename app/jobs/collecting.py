"""Garbage is collected once a second on the UI thread, and only among what came since: Python's own collector would stop every thread in mid-frame.

It looks through all that lives, 50 ms in a console with one page open, and does so in whichever thread allocates, where no widget may die.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

TICK_MS: Final = 1000
# Objects that came since the last look: with too few it is not worth one, and with too many a frame would wait for it.
FEWEST: Final = 2_000
MOST: Final = 20_000
# Objects that outlived a look: worth a look at everything while nobody works with the console, and in any case.
MANY: Final = 50_000
TOO_MANY: Final = 1_000_000


class Collecting(QObject):
    """Collects while it lives. What outlives one look is taken for lasting (frozen) until everything is looked at again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lasting = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Take over from Python's collector; what is there now lasts."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give it back."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def tick(self) -> None:
        """Look at what came since the last time, or at everything."""
        is_worked_with = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        if self.lasting > (TOO_MANY if is_worked_with else MANY):
            self.sweep()
        elif (new := gc.get_count()[0]) > FEWEST:
            self.lasting += new - (gc.collect() if new <= MOST else 0)
            gc.freeze()

    def sweep(self) -> None:
        """Look at everything."""
        self.lasting = 0
        gc.unfreeze()
        gc.collect()
        gc.freeze()
