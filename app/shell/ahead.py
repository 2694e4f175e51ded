"""Builds what will be looked at next while nobody waits: a page that the pointer rests on, and the other tabs of the present one.

Not all pages: each that is built holds a megabyte, and the console idles in a hundred and thirty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from app.jobs.pool import Jobs
from app.pages.page import Page

TICK_MS: Final = 120
LATER_MS: Final = 1000  # the page is read and painted before anything else is built
REST_MS: Final = 60  # a pointer that only passes over the rail rests nowhere


class Ahead(QObject):
    """Builds one view at a time. `page` gives a page, built when it is first asked for."""

    def __init__(self, parent: QObject, jobs: Jobs, page: Callable[[str], Page]) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._page = page
        self._current = self._near = ""
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self.step)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(lambda: self._page(self._near).prepare(whole=False))

    def stay(self, key: str) -> None:
        """Begin to build the tabs of a page, in a moment."""
        self._current = key
        self._ticks.start(LATER_MS)

    def near(self, key: str) -> None:
        """Build a page when the pointer, or the keyboard, rests on its way there."""
        self._near = key
        self._rest.start()

    def stop(self) -> None:
        """Build nothing more."""
        self._ticks.stop()
        self._rest.stop()

    def step(self) -> None:
        """Build one tab, unless something is under way; the end is when there is none left."""
        if self._jobs.busy:
            return
        self._ticks.setInterval(TICK_MS)
        if not self._page(self._current).prepare(whole=True):
            self._ticks.stop()
