"""A job under way: how far it is, a way to stop it, and what came of it; closing the dialog leaves the job running."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar

from app.client.api import Call, Row
from app.client.errors import ClientError
from app.pages.context import Context, sentence
from app.system.languages import tr
from app.system.locales import number
from app.widgets.dialogs import Dialog
from app.widgets.text import label

INTERVAL_MS: Final = 500
ENDED: Final = frozenset({"succeeded", "failed", "cancelled", "done"})
PATHS: Final = {"imp": "/imports", "exp": "/exports"}


class JobDialog(Dialog):
    """Watches one job."""

    def __init__(self, context: Context, job: Row, title: str, changed: Callable[[], None]) -> None:
        super().__init__(context.window, title, act=tr("Close"))
        self._context = context
        self._changed = changed
        self._path = f"{PATHS.get(str(job['id']).split('_')[0], '/jobs')}/{job['id']}"
        self.words = label("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.outcome = QPlainTextEdit()
        self.outcome.setReadOnly(True)
        self.outcome.setTabChangesFocus(True)
        self.outcome.setProperty("role", "code")
        self.outcome.setAccessibleName(tr("Result"))
        self.outcome.hide()
        for widget in (self.words, self.bar, self.outcome):
            self.body.addWidget(widget)
        self.leave.setText(tr("Stop"))
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._ask)
        self.finished.connect(lambda _: self._end())
        self.show_job(job)
        self._timer.start()

    def show_job(self, job: Row) -> None:
        """Show how far it is."""
        done, total = job.get("done") or 0, job.get("total") or 0
        self.bar.setMaximum(total)
        self.bar.setValue(done)
        self.words.setText(tr("{state}: {done} of {total}", state=tr(str(job["state"])), done=number(done), total=number(total)))
        if job["state"] in ENDED:
            self._timer.stop()
            self.bar.setMaximum(1)
            self.bar.setValue(1)
            self.leave.hide()
            outcome = job.get("error") or job.get("counts") or job.get("result")
            self.outcome.setPlainText(json.dumps(outcome, indent=2, ensure_ascii=False) if outcome else "")
            self.outcome.setVisible(bool(outcome))

    def reject(self) -> None:
        """Stop the job, and leave."""
        if self._timer.isActive():
            api, call = self._context.api, Call("POST", f"{self._path}/cancel")
            self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), lambda _: None, self._context.complain)
        super().reject()

    def _ask(self) -> None:
        api = self._context.api
        self._context.jobs.run(lambda cancellation: api.get(self._path, cancellation=cancellation), self.show_job, self._fail, self)

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.say(sentence(error))

    def _end(self) -> None:
        self._timer.stop()
        self._context.jobs.cancel(self)
        self._changed()
