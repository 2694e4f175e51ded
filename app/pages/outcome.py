"""What came of an action, shown: facts of the answer, its steps or findings as a table, and its texts; no page that is drawn fetches anything."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QGridLayout, QTabWidget, QTextBrowser

from app.client.api import Row
from app.models.columns import reach
from app.models.remote_table import filled_with
from app.pages.context import Context
from app.pages.details import fact
from app.pages.keeping import keeping
from app.pages.specs import Outcome
from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.inspector import Keep, code
from app.widgets.table import Table
from app.widgets.text import label, pill


class Drawing(QTextBrowser):
    """A page of HTML that is drawn from its own text alone: neither files nor addresses that it names are read."""

    def __init__(self, html: str, name: str) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setHtml(html)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: ARG002 - whatever it is, it is not read
        """Read nothing."""
        return None


class OutcomeDialog(Dialog):
    """The window."""

    def __init__(self, context: Context, title: str, outcome: Outcome, answer: Row) -> None:
        super().__init__(context.window, title, act=tr("Close"), width=720)
        self.leave.hide()
        self.body.addLayout(_facts(outcome, answer))
        rows = (reach(answer, outcome.rows) or []) if outcome.rows else []
        if rows:
            model = filled_with(outcome.columns, rows)
            self.table = Table(context.look, model, [column.width for column in outcome.columns], title)
            self.table.setMinimumHeight(280)
            model.setParent(self.table)
            self.body.addWidget(self.table)
        if outcome.texts or outcome.drawn:
            self.tabs = _texts(outcome, answer, title, keeping(context))
            self.body.addWidget(self.tabs)


def _facts(outcome: Outcome, answer: Row) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for place, wanted in enumerate(outcome.facts):
        words, text, tone, is_code = fact(wanted, answer)
        shown = pill(text, tone) if tone else label(text, "code" if is_code else "", wrap=True, selectable=True)
        grid.addWidget(label(words, "caption"), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(shown, place, 1, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft if tone else Qt.AlignmentFlag.AlignTop)
    return grid


def _texts(outcome: Outcome, answer: Row, title: str, keep: Keep) -> QTabWidget:
    tabs = QTabWidget()
    tabs.setDocumentMode(True)
    tabs.setAccessibleName(title)
    tabs.tabBar().setAccessibleName(title)
    tabs.setMinimumHeight(360)
    for words in ((outcome.drawn,) if outcome.drawn else ()) + outcome.texts:
        text, name = words.text(answer), tr(words.label)
        if text:
            tabs.addTab(Drawing(text, name) if words is outcome.drawn else code(text, name, keep), name)
    return tabs
