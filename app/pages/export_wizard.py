"""The export wizard: what and in which form, which fields, and the run with the file to keep."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.client.api import Row
from app.client.errors import ClientError
from app.pages.acting import Acting
from app.pages.context import Context, sentence
from app.pages.exporting import CONTENT, WHAT, Exporting, begun_with
from app.pages.job_panel import JobPanel
from app.pages.offering import offer
from app.pages.resources import RESOURCE
from app.system.languages import tr
from app.widgets.form import Form
from app.widgets.text import clear, column, label
from app.widgets.wizard import Wizard

ASKING, CHOOSING, RUNNING = range(3)


class ExportWizard(Wizard):
    """The window; `changed` is told when an export was begun."""

    def __init__(self, context: Context, row: Row, changed: Callable[[], None]) -> None:
        self.exporting = Exporting()
        self.what = Form(WHAT, begun_with(row))
        self.fields = Form(())
        self.place = column()
        self.run = JobPanel(context, (CONTENT,), Acting(context, lambda: None).start)
        chosen = QWidget()
        chosen.setLayout(self.place)
        super().__init__(context.window, tr("Export records"), ((tr("What"), self.what), (tr("Fields"), chosen), (tr("Export"), self.run)))
        self._context = context
        self._changed = changed
        offer(context, self.what, RESOURCE)
        self.wanted.connect(lambda place: (self._look, self._begin, self.accept)[place]())
        self.run.ended.connect(lambda _: self.leave.hide())
        self.finished.connect(lambda _: self.run.leave())
        self.finished.connect(lambda _: context.jobs.cancel(self))

    def _look(self) -> None:
        document = self.what.document()
        if document is None:
            self.wait(waiting=False)
            return
        exporting = self.exporting = Exporting(document)
        api = self._context.api
        self._context.jobs.run(lambda cancellation: exporting.look(api, cancellation), self._show_fields, self._fail, self)

    def _show_fields(self, fields: tuple[str, ...]) -> None:
        self.exporting.fields = fields
        clear(self.place)
        if fields:
            self.fields = Form(self.exporting.questions())
            self.place.addWidget(self.fields)
        else:
            self.place.addWidget(label(tr("There is no record of this kind yet: the file will be empty."), "muted", wrap=True))
        self.show_step(CHOOSING, tr("Export"))

    def _begin(self) -> None:
        document = self.fields.document() if self.exporting.fields else {}
        if document is None:
            self.wait(waiting=False)
            return
        api, call = self._context.api, self.exporting.run(document.get("fields", []))
        self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), self._begun, self._fail, self)

    def _begun(self, job: Row) -> None:
        self.show_step(RUNNING, tr("Close"))
        self.back.hide()
        self.leave.setText(tr("Stop"))
        self._changed()
        self.run.watch(job)

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.say(sentence(error))

    def reject(self) -> None:
        """Stop what is under way, and leave."""
        if self.run.under_way:
            self.run.stop()
        super().reject()
