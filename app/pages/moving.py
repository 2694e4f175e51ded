"""A file on its way: how much of it has gone or come, and a button that stops it; what takes but a moment shows no window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressBar

from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.client.transfer import Progress
from app.pages.context import Context
from app.system.amounts import size
from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.text import label

PATIENCE_MS: Final = 400
STEPS: Final = 200  # so many times it is told at most how far it is
Work = Callable[[Cancellation, Progress], Any]


class _Told(QObject):
    moved = Signal(object, object)  # bytes, which may be more than a signal's integer holds


class MovingPanel(QObject):
    """The bar and the words of one file; `work` is done in a thread and told how far it is."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.window)
        self._context = context
        self._told = _Told(self)
        self._told.moved.connect(self.show_progress)
        self._step = -1
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.words = label("", "muted")

    def start(self, work: Work, done: Callable[[Any], None], failed: Callable[[ClientError], None]) -> None:
        """Begin."""
        self._step = -1
        self.show_progress(0, 0)
        self._context.jobs.run(lambda cancellation: work(cancellation, self._tell), done, failed, self)

    def stop(self) -> None:
        """Want it no more."""
        self._context.jobs.cancel(self)

    def _tell(self, done: int, total: int) -> None:
        """Take a word of the thread that works; most of them change nothing that could be seen."""
        step = done * STEPS // total if total else done // 2**20
        if step != self._step:
            self._step = step
            self._told.moved.emit(done, total)

    def show_progress(self, done: int, total: int) -> None:
        """Show how far it is."""
        self.bar.setMaximum(STEPS if total else 0)
        self.bar.setValue(done * STEPS // total if total else 0)
        self.words.setText(tr("{done} of {total}", done=size(done), total=size(total)) if total else size(done) if done else "")


class MovingDialog(Dialog):
    """The window of a file that comes; it opens only when that takes a while, and goes with it."""

    def __init__(self, context: Context, title: str, work: Work, done: Callable[[Any], None]) -> None:
        super().__init__(context.window, title, act=tr("Stop"))
        self._context = context
        self._done = done
        self.panel = MovingPanel(context)
        self.leave.hide()
        self.body.addWidget(self.panel.bar)
        self.body.addWidget(self.panel.words)
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self.open)
        self._patience.start()
        self.panel.start(work, self._ended, self._failed)

    def confirm(self) -> None:
        """Stop it."""
        self.reject()

    def reject(self) -> None:
        """Stop it, and leave."""
        self.panel.stop()
        super().reject()

    def _ended(self, found: Any) -> None:
        self._patience.stop()
        self.accept()
        self._done(found)

    def _failed(self, error: ClientError) -> None:
        self._patience.stop()
        self.accept()
        self._context.complain(error)
