"""The import wizard: file, columns with suggestions, rules, dry run, and the run itself with its refused rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.client.api import Call, Row
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.models.remote_table import filled_with
from app.pages.acting import Acting
from app.pages.context import Context, sentence
from app.pages.importing import ERRORS, FILE, RULES, Importing
from app.pages.job_panel import JobPanel
from app.pages.offering import offer
from app.pages.refusals import details_of, faults_of
from app.pages.resources import RESOURCE, resource_of
from app.system.languages import tr
from app.widgets.form import Form
from app.widgets.table import Table
from app.widgets.text import clear, column, label, scrolling
from app.widgets.wizard import Wizard

CHOOSING, MAPPING, RULING, TRYING, RUNNING = range(5)
TABLE_PIXELS: Final = 190


class ImportWizard(Wizard):
    """The window; `changed` is told when records were written."""

    def __init__(self, context: Context, row: Row, changed: Callable[[], None]) -> None:
        self.importing = Importing()
        self.file = Form(FILE, resource_of(row))
        self.rules = Form(RULES)
        self.columns = column(spacing=8)
        self.mapping = Form(())
        acting = Acting(context, lambda: None)
        self.trial = JobPanel(context, (ERRORS,), acting.start)
        self.run = JobPanel(context, (ERRORS,), acting.start)
        mapped = QWidget()
        mapped.setLayout(self.columns)
        steps = ((tr("File"), self.file), (tr("Columns"), mapped), (tr("Rules"), self.rules), (tr("Dry run"), self.trial), (tr("Import"), self.run))
        super().__init__(context.window, tr("Import a file"), steps)
        self._context = context
        self._changed = changed
        offer(context, self.file, RESOURCE)
        self.wanted.connect(lambda place: (self._look, self._map, self._rule, self._begin, self.accept)[place]())
        self.trial.ended.connect(lambda _: self.wait(waiting=False))
        self.run.ended.connect(self._ended)
        self.finished.connect(self._close)

    # The steps.

    def _look(self) -> None:
        document = self.file.document()
        if document is None:
            self.wait(waiting=False)
            return
        self.importing = Importing(file=document)
        self._ask(self.importing.look, self._show_columns)

    def _show_columns(self, preview: Row) -> None:
        self.importing.seen(preview)
        clear(self.columns)
        columns, rows = self.importing.table()
        model = filled_with(columns, rows)
        table = Table(self._context.look, model, [wanted.width for wanted in columns], tr("First rows"))
        table.setFixedHeight(TABLE_PIXELS)
        model.setParent(table)
        self.mapping = Form(self.importing.questions())
        self.mapping.setObjectName("flow")
        area = scrolling(self.mapping)
        words = label(tr("Choose what each column is. What is 'none' is left out."), "muted", wrap=True)
        for part in (table, words, area):
            self.columns.addWidget(part)
        self.show_step(MAPPING)
        self.say(" ".join(problem["detail"] for problem in preview["problems"]))

    def _map(self) -> None:
        self.importing.answer(self.mapping.document() or {})
        self._ask(self.importing.look, self._judged)

    def _judged(self, preview: Row) -> None:
        """Go on, unless the appliance finds that the columns cannot be read like that."""
        if preview["problems"]:
            self.say(" ".join(problem["detail"] for problem in preview["problems"]))
        else:
            self.show_step(RULING, tr("Dry run"))

    def _rule(self) -> None:
        self.importing.rules = self.rules.document() or {}
        self._ask(lambda: self.importing.run(dry=True), self._tried)

    def _tried(self, job: Row) -> None:
        self.show_step(TRYING, tr("Import now"))
        self.wait(waiting=True)
        self.trial.watch(job)

    def _begin(self) -> None:
        self._ask(lambda: self.importing.run(dry=False), self._begun)

    def _begun(self, job: Row) -> None:
        self.show_step(RUNNING, tr("Close"))
        self.back.hide()
        self.leave.setText(tr("Stop"))
        self.run.watch(job)

    def _ended(self, _: Row) -> None:
        self.leave.hide()
        self._changed()

    # Asking, and leaving.

    def _ask(self, call: Callable[[], Call], done: Callable[[Any], None]) -> None:
        api = self._context.api

        def work(cancellation: Cancellation) -> Any:
            return api.ask(call(), cancellation)

        def show(found: Any) -> None:
            self.wait(waiting=False)
            done(found)

        self._context.jobs.run(work, show, self._fail, self)

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.say(sentence(error))
        if self.step == CHOOSING:
            self.file.blame(faults_of(error), details_of(error))

    def reject(self) -> None:
        """Stop what is under way, and leave."""
        for panel in (self.trial, self.run):
            if panel.under_way:
                panel.stop()
        super().reject()

    def _close(self) -> None:
        self._context.jobs.cancel(self)
        self.trial.leave()
        self.run.leave()
        self._changed()
