"""A job under way: how far it is, what it has come to, and what can be done once it has ended; it asks until then, and stops with its window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QWidget

from app.client.api import Call, Row, filled
from app.client.errors import ClientError
from app.models.columns import word
from app.pages.context import Context, sentence
from app.pages.specs import Action
from app.system.languages import tr
from app.system.locales import number
from app.widgets.text import clear, column, label, row

INTERVAL_MS: Final = 500
ENDED: Final = frozenset({"completed", "succeeded", "succeeded_with_warnings", "failed", "cancelled"})
# Where a job is read, by the prefix of its id; every job can be stopped at `/jobs`.
PATHS: Final = {"imp": "/imports/{id}", "exp": "/exports/{id}", "syn": "/installations/{installation_id}/syncs/{id}"}
# What a job has come to, by the name of the figure; what a job tells besides is for programs.
FIGURES: Final = {
    "rows": "Rows",
    "bytes": "Bytes",
    "read": "Read",
    "created": "Created",
    "updated": "Changed",
    "unchanged": "As they were",
    "deleted": "Deleted",
    "skipped": "Left out",
    "refused": "Refused",
    "companies_created": "Companies created",
    "restored": "Restored",
    "kept": "Kept",
    "gone": "Not there any more",
    "sent_created": "Created there",
    "sent_updated": "Changed there",
    "sent_deleted": "Deleted there",
    "linked": "Linked",
    "awaited": "Links that wait for their other end",
    "quarantined": "Set aside",
    "conflicts": "Conflicts",
    "held": "Deletions held back",
    "unknown": "Sent, answer unknown",
    "replayed": "Sent again",
    "removed": "Removed",
}


class JobPanel(QWidget):
    """Watches one job at a time; `ended` carries it when it has ended."""

    ended = Signal(dict)

    def __init__(self, context: Context, then: tuple[Action, ...] = (), act: Callable[[Action, Row], object] = lambda _action, _row: None) -> None:
        super().__init__()
        self._context = context
        self._then = then
        self._act = act
        self._path = ""
        self.job: Row = {}
        self.words = label("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.fault = label("", "fault", wrap=True)
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(20)
        self.facts.setColumnStretch(1, 1)
        self.buttons = row()
        self.setLayout(column(self.words, self.bar, self.fault, self.facts, self.buttons, None))
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._ask)

    def watch(self, job: Row) -> None:
        """Watch a job from now on."""
        self._path = filled(PATHS.get(str(job["id"]).split("_")[0], "/jobs/{id}"), job)
        clear(self.facts)
        clear(self.buttons)
        self.fault.setText("")
        self._timer.start()
        self.show_job(job)

    @property
    def under_way(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._timer.isActive()

    def show_job(self, job: Row) -> None:
        """Show how far it is."""
        self.job = job
        done, total = job.get("done") or 0, job.get("total") or 0
        self.bar.setMaximum(total)
        self.bar.setValue(done)
        self.words.setText(how_far(job))
        if job["state"] in ENDED:
            self._end(job)

    def _end(self, job: Row) -> None:
        self.leave()
        self.bar.setMaximum(1)
        self.bar.setValue(1)
        self.fault.setText(str((job.get("error") or {}).get("detail", "")))
        for place, (name, value) in enumerate(figures(job)):
            self.facts.addWidget(label(name, "caption"), place, 0)
            self.facts.addWidget(label(value), place, 1)
        for action in self._then:
            if action.fits(job):
                self.buttons.addWidget(self._button(action, job))
        self.buttons.addStretch(1)
        self.ended.emit(job)

    def _button(self, action: Action, job: Row) -> QPushButton:
        button = QPushButton(self._context.look.icon(action.icon), tr(action.label))
        button.clicked.connect(lambda: self._act(action, job))
        return button

    def stop(self) -> None:
        """Stop the job; what it has done stays."""
        api, call = self._context.api, Call("POST", f"/jobs/{self.job['id']}/cancel")
        self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), lambda _: None, self._context.complain)

    def leave(self) -> None:
        """Ask no more."""
        self._timer.stop()
        self._context.jobs.cancel(self)

    def _ask(self) -> None:
        api, path = self._context.api, self._path
        self._context.jobs.run(lambda cancellation: api.get(path, cancellation=cancellation), self.show_job, self._fail, self)

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.fault.setText(sentence(error))


def how_far(job: Row) -> str:
    """Return a job's state, and how much of it is done as far as that is known."""
    state, done, total = word(str(job["state"])), number(job.get("done") or 0), job.get("total")
    if total:
        return tr("{state}: {done} of {total}", state=state, done=done, total=number(total))
    return f"{state}: {done}" if job.get("done") else state


def figures(job: Row) -> list[tuple[str, str]]:
    """Return what a job has come to: the name and number of each of its figures."""
    found: dict[str, Any] = {**(job.get("result") or {}), **(job.get("counts") or {})}
    return [(tr(FIGURES[name]), number(value)) for name, value in found.items() if name in FIGURES]
