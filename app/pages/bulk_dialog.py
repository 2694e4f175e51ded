"""One act on several rows: counted, confirmed, done one by one with progress and a stop, reported one by one, and undone where that can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QPushButton

from app.client import bulk
from app.client.api import Row
from app.client.bulk import Deed, Report, Selection
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.models.columns import Column
from app.models.remote_table import filled_with
from app.pages.context import Context, sentence
from app.pages.keeping import keeping
from app.pages.listing import Listing, title_of
from app.pages.specs import Action
from app.system.languages import tr, trn
from app.system.locales import number
from app.widgets.dialogs import Dialog
from app.widgets.table import Table
from app.widgets.text import clear, column, label, row

GRACE_SECONDS: Final = 10
REPORT: Final = (
    Column("name", "What", 220),
    Column("state", "State", 90, "badge"),
    Column("reason", "Because", 220),
)


class _Progress(QObject):
    moved = Signal(int)


class BulkDialog(Dialog):
    """The window. `chosen` are the rows; without them everything that the list's filters find is counted first."""

    def __init__(self, context: Context, listing: Listing, action: Action, chosen: Sequence[Row] | None = None, grace: int = GRACE_SECONDS) -> None:
        title = tr("{action}: everything that matches", action=tr(action.label)) if chosen is None else tr(action.label)
        about = tr(action.danger.says) if action.danger else ""
        super().__init__(context.window, title, about, act=tr(action.label), danger=action.danger is not None, width=640)
        self._context = context
        self._listing = listing
        self._action = action
        self._rows: Sequence[Row] = ()
        self._deed = Deed(action.method, action.path, action.body or None)
        self.outcome = Report()
        self._before = 0
        self._stop: Cancellation | None = None
        # What cannot be undone is not begun at once.
        self._grace = grace if action.danger and not action.undo else 0
        self.words = label(tr("Counting…"), wrap=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.line = QLineEdit()
        self.line.textChanged.connect(lambda _: self._judge())
        self.report = column()
        self.undo = QPushButton(tr("Undo"))
        self.undo.clicked.connect(self.take_back)
        self.undo.hide()
        self._progress = _Progress(self)
        self._progress.moved.connect(self._move)
        self._waits = QTimer(self, interval=1000)
        self._waits.timeout.connect(self._count_down)
        for part in (self.words, self.line, self.bar):
            self.body.addWidget(part)
        self.body.addLayout(self.report)
        self.buttons.insertWidget(0, self.undo)
        self.line.hide()
        self.act.setEnabled(False)
        if chosen is None:
            self._count()
        else:
            self._counted(Selection(chosen))

    # The dry run.

    def _count(self) -> None:
        api, listing, fits = self._context.api, self._listing, self._action.fits
        self._context.jobs.run(
            lambda cancellation: bulk.select(api, listing.path, listing.questions(), fits, cancellation), self._counted, self._broken, self
        )

    def _counted(self, found: Selection) -> None:
        self._rows = found.rows
        count = len(found.rows)
        words = trn("{count} thing matches.", "{count} things match.", count, count=number(count))
        self.words.setText(tr("More than {count} things match; only the first {count} are done.", count=number(count)) if found.more else words)
        if self._context.production and self._action.danger:
            asks = tr("Type {name} to confirm.", name=len(self._rows))
            self.line.setPlaceholderText(asks)
            self.line.setAccessibleName(asks)
            self.line.show()
        self._judge()

    def _judge(self) -> None:
        typed = self.line.isHidden() or self.line.text().strip() == str(len(self._rows))
        self.act.setEnabled(bool(self._rows) and typed)

    # Doing it.

    def confirm(self) -> None:
        """Do it: at once, or after the seconds in which it can be taken back; a second time does not wait for them."""
        self.leave.setText(tr("Stop"))
        self.line.setEnabled(False)
        if self._grace and not self._waits.isActive():
            self._waits.start()
            self.act.setText(tr("Now"))
            self._say_wait()
        else:
            self._waits.stop()
            self._begin(self._deed, self.outcome.left or self._rows)

    def _count_down(self) -> None:
        self._grace -= 1
        if self._grace > 0:
            self._say_wait()
        else:
            self.confirm()

    def _say_wait(self) -> None:
        self.words.setText(tr("It begins in {seconds} s.", seconds=self._grace))

    def _begin(self, deed: Deed, rows: Sequence[Row]) -> None:
        self._grace, self._stop = 0, Cancellation()
        self._before = len(self.outcome.done) + len(self.outcome.refused)
        self.say("")
        self.wait(waiting=True)
        self.undo.hide()
        self.leave.setText(tr("Stop"))
        self.bar.setMaximum(self._before + len(rows))
        self.bar.show()
        # A cancellation of its own: who stops it still wants to know what was done.
        api, moved, stop = self._context.api, self._progress.moved.emit, self._stop
        self._context.jobs.run(lambda _: bulk.carry_out(api, deed, rows, moved, stop), self._done, self._broken, self)

    def reject(self) -> None:
        """Stop what is under way; where nothing is, leave."""
        if self._stop and not self._stop.said:
            self._stop.say()
            return
        self._waits.stop()
        self._context.jobs.cancel(self)
        super().reject()

    def _move(self, done: int) -> None:
        done += self._before
        self.bar.setValue(done)
        self.words.setText(tr("{done} of {count} done", done=number(done), count=number(self.bar.maximum())))

    # The report.

    def _done(self, found: Report) -> None:
        self._stop = None
        self.outcome.take(found)
        done, refused, left = len(self.outcome.done), len(self.outcome.refused), len(self.outcome.left)
        self.words.setText(tr("{done} done, {failed} refused, {left} left.", done=number(done), failed=number(refused), left=number(left)))
        self.say(self.outcome.silence)
        self.leave.setText(tr("Close"))
        self.act.setText(tr("Go on"))
        self.act.setVisible(bool(left))
        self.undo.setVisible(bool(self._action.undo and done))
        self._show_report()

    def lines(self) -> list[Row]:
        """Return what became of each row, those that were refused first."""
        report = self.outcome
        found = [(one, "refused", reason) for one, reason in report.refused]
        found += [(one, state, "") for state, rows in (("left", report.left), ("done", report.done)) for one in rows]
        spec = self._listing.spec
        return [{"id": one["id"], "name": title_of(spec, one), "state": state, "reason": reason} for one, state, reason in found]

    def _show_report(self) -> None:
        clear(self.report)
        lines = self.lines()
        model = filled_with(REPORT, lines)
        table = Table(self._context.look, model, [wanted.width for wanted in REPORT], tr("Report"))
        table.setMinimumHeight(200)
        model.setParent(table)
        text = "\n".join("\t".join(str(line[name]) for name in ("id", "state", "reason", "name")) for line in lines)
        keep = QPushButton(tr("Save to file…"))
        keep.clicked.connect(lambda: keeping(self._context)(tr("Report"), text))
        self.report.addWidget(table)
        self.report.addLayout(row(None, keep))

    def take_back(self) -> None:
        """Undo what was done."""
        done, self.outcome = self.outcome.done, Report()
        self._begin(Deed("POST", self._action.undo), done)

    def _broken(self, error: ClientError) -> None:
        self._stop = None
        self._context.failed(error)
        self.say(sentence(error))
