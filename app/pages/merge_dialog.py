"""Records that look like one, side by side: which stays, which go into it, and whose value each field gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QRadioButton, QWidget

from app.client.api import Call, Row
from app.client.errors import ClientError
from app.models.columns import Column, cell
from app.pages import records
from app.pages.context import LONG_SECONDS, Context, sentence
from app.pages.merging import EMPTY, Merging, shown
from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.text import label, scrolling

TERM_PIXELS: Final = 240
COLUMN_PIXELS: Final = 210
WIDEST: Final = 1000
MOST_PIXELS: Final = 460
LONGEST: Final = 28  # characters of a value beside others
SINCE: Final = Column("created_at", "Created", kind="time")


class MergeDialog(Dialog):
    """The window; `changed` is told when the records were merged, and when that was taken back."""

    def __init__(self, resource: str, context: Context, group: Row, changed: Callable[[], None]) -> None:
        about = tr("One record stays; what belongs to the others is its own from then on. It can be taken back until one of them changes.")
        width = min(WIDEST, TERM_PIXELS + COLUMN_PIXELS * len(group["records"]))
        super().__init__(context.window, tr("Compare and merge"), about, act=tr("Merge"), width=width)
        self._context = context
        self._changed = changed
        self.merging = Merging(resource, group["records"])
        self.kept = QButtonGroup(self)
        self.included: dict[str, QCheckBox] = {}
        self.values: dict[tuple[str, str], QRadioButton] = {}
        self._groups: list[QButtonGroup] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._fill()
        flow = QWidget()
        flow.setObjectName("flow")
        flow.setLayout(self._grid)
        area = scrolling(flow)
        area.setMinimumHeight(min(MOST_PIXELS, flow.sizeHint().height() + 16))
        self.body.addWidget(area)
        self._show()

    def _fill(self) -> None:
        """Put the records beside one another."""
        records = self.merging.records
        for line, words in enumerate((tr("Created"), tr("Stays"), tr("Is merged"))):
            self._grid.addWidget(label(words, "caption"), line, 0)
        for column, row in enumerate(records, 1):
            self._grid.setColumnStretch(column, 1)
            name = tr("Record {place}", place=column)
            self._grid.addWidget(label(cell(SINCE, row).text, "muted"), 0, column)
            stays = QRadioButton(name)
            stays.setChecked(row["id"] == self.merging.survivor)
            stays.toggled.connect(lambda on, row=row: self._keep(row) if on else None)
            self.kept.addButton(stays)
            taken = QCheckBox(tr("Yes"))
            taken.setAccessibleName(f"{tr('Is merged')}: {name}")
            taken.setChecked(True)
            taken.toggled.connect(lambda on, row=row: self._include(row, included=on))
            self.included[row["id"]] = taken
            self._grid.addWidget(stays, 1, column)
            self._grid.addWidget(taken, 2, column)
        for line, field in enumerate(self.merging.told, 3):
            self._choices(line, field)
        self._grid.setRowStretch(3 + len(self.merging.told), 1)

    def _choices(self, line: int, field: str) -> None:
        group = QButtonGroup(self)
        self._groups.append(group)
        self._grid.addWidget(label(called(self.merging.resource, field), "caption"), line, 0)
        for column, row in enumerate(self.merging.records, 1):
            text = shown(row, field)
            if row.get(field) in EMPTY or not self.merging.differs(field):
                self._grid.addWidget(label(text, "" if row.get(field) else "muted", wrap=True), line, column)
                continue
            choice = QRadioButton(choice_words(text))
            choice.setToolTip(text)
            choice.setAccessibleName(f"{called(self.merging.resource, field)}: {text}")
            choice.clicked.connect(lambda _=False, row=row: self._choose(field, row))
            group.addButton(choice)
            self.values[field, row["id"]] = choice
            self._grid.addWidget(choice, line, column)

    def _choose(self, field: str, row: Row) -> None:
        self.merging.chosen[field] = row["id"]

    def _keep(self, row: Row) -> None:
        self.merging.keep(row["id"])
        self._show()

    def _include(self, row: Row, *, included: bool) -> None:
        self.merging.include(row["id"], included=included)
        self._show()

    def _show(self) -> None:
        """Show what holds by now: a record that stays is part of it, and one that is left out gives nothing."""
        taken = {row["id"] for row in self.merging.taken}
        for record, box in self.included.items():
            box.setEnabled(record != self.merging.survivor)
            if record == self.merging.survivor:
                box.setChecked(True)
        for (field, record), choice in self.values.items():
            choice.setEnabled(record in taken)
            if self.merging.source(field) == record:
                choice.setChecked(True)
        self.act.setEnabled(len(taken) > 1)

    # The request.

    def confirm(self) -> None:
        """Merge."""
        self.say("")
        self.wait(waiting=True)
        api, call = self._context.api, self.merging.call()
        self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), self._merged, self._fail, self)

    def _merged(self, answer: Row) -> None:
        self.accept()
        back = self.merging.back(answer)
        self._context.toasts.say(tr("Records merged"), acts={tr("Undo"): lambda: self._take_back(back)}, seconds=LONG_SECONDS)
        self._changed()

    def _take_back(self, call: Call) -> None:
        api = self._context.api

        def done(_: Any) -> None:
            self._context.toasts.say(tr("Taken back"))
            self._changed()

        self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), done, self._context.complain)

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.say(sentence(error))


def called(resource: str, field: str) -> str:
    """Return what a field is called on the page of the records, else as programs call it."""
    views = (view for view in records.LISTS if view.path == f"/{resource}")
    labels = {column.key: column.label for view in views for column in (*view.facts, *view.columns)}
    return tr(labels.get(field) or field.replace("_", " ").capitalize())


def choice_words(text: str) -> str:
    """Return a value as a choice shows it: what is long is cut, and an ampersand is one."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return cut.replace("&", "&&")
