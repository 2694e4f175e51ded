"""Acting on everything that the filters of a list find, seen or not: dry run, cap, progress, stop, and a report per item."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QProgressBar, QToolButton

from app.client import bulk
from app.client.bulk import Report, Selection
from app.client.errors import ClientError
from app.pages.context import Context, sentence
from app.pages.listing import Listing
from app.pages.specs import Action, ListView
from app.system.languages import tr, trn
from app.system.locales import number
from app.widgets.dialogs import Dialog
from app.widgets.text import label


class BulkActions:
    """A button with the acts that can be done to all rows of a list."""

    def __init__(self, spec: ListView, context: Context, listing: Listing, changed: Callable[[], None]) -> None:
        self._context = context
        self._listing = listing
        self._changed = changed
        self.button = QToolButton()
        self.button.setText(tr("All that match…"))
        self.button.setProperty("role", "pick")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        for action in spec.actions:
            if action.bulk:
                menu.addAction(context.look.icon(action.icon), tr(action.label), partial(self.start, action))
        self.button.setMenu(menu)

    def start(self, action: Action) -> BulkDialog:
        """Begin with counting."""
        dialog = BulkDialog(self._context, self._listing, action)
        dialog.finished.connect(lambda _: self._changed())
        dialog.open()
        return dialog


class _Progress(QObject):
    moved = Signal(int)


class BulkDialog(Dialog):
    """Counts, asks, does, reports."""

    def __init__(self, context: Context, listing: Listing, action: Action) -> None:
        title = tr("{action}: everything that matches", action=tr(action.label))
        super().__init__(
            context.window, title, tr(action.danger.says) if action.danger else "", act=tr(action.label), danger=action.danger is not None
        )
        self._context = context
        self._listing = listing
        self._action = action
        self._selection = Selection(())
        self.words = label(tr("Counting…"), wrap=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setProperty("role", "code")
        self.report.setAccessibleName(tr("Report"))
        self.report.hide()
        self._progress = _Progress(self)
        self._progress.moved.connect(self._move)
        for widget in (self.words, self.bar, self.report):
            self.body.addWidget(widget)
        self.act.setEnabled(False)
        self._count()

    def _count(self) -> None:
        api, listing, fits = self._context.api, self._listing, self._action.fits
        self._context.jobs.run(
            lambda cancellation: bulk.select(api, listing.path, listing.questions(), fits, cancellation), self._counted, self._broken, self
        )

    def _counted(self, found: Selection) -> None:
        self._selection = found
        count = len(found.rows)
        words = trn("{count} thing matches.", "{count} things match.", count, count=number(count))
        self.words.setText(tr("More than {count} things match; only the first {count} are done.", count=number(count)) if found.more else words)
        self.act.setEnabled(bool(found.rows))

    def confirm(self) -> None:
        """Do it."""
        self.wait(waiting=True)
        self.leave.setText(tr("Stop"))
        self.bar.setMaximum(len(self._selection.rows))
        self.bar.show()
        api, action, rows, moved = self._context.api, self._action, self._selection.rows, self._progress.moved.emit
        self._context.jobs.run(
            lambda cancellation: bulk.carry_out(api, action.method, action.path, rows, moved, cancellation), self._done, self._broken, self
        )

    def reject(self) -> None:
        """Stop what is under way, and leave."""
        self._context.jobs.cancel(self)
        super().reject()

    def _move(self, done: int) -> None:
        self.bar.setValue(done)
        self.words.setText(tr("{done} of {count} done", done=number(done), count=number(len(self._selection.rows))))

    def _done(self, found: Report) -> None:
        self.words.setText(
            tr("{done} done, {failed} refused, {left} left.", done=number(len(found.done)), failed=number(len(found.failed)), left=number(found.left))
        )
        self.report.setPlainText("\n".join([f"{name}: {reason}" for name, reason in found.failed.items()]))
        self.report.setVisible(bool(found.failed))
        self.leave.setText(tr("Close"))
        self.act.hide()

    def _broken(self, error: ClientError) -> None:
        self._context.failed(error)
        self.say(sentence(error))
