"""Facts of one thing that is no row of a list, and what to do about them step by step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.client.api import Row
from app.models.columns import Column, reach
from app.pages.context import Context
from app.pages.details import fact
from app.system.languages import tr
from app.widgets.text import clear, column, frame, label, pill, row, scrolling


class Facts(QWidget):
    """The view; `path` is where the thing is read."""

    def __init__(self, context: Context, path: str, facts: tuple[Column, ...], heading: str, steps: tuple[str, ...]) -> None:
        super().__init__()
        self.context = context
        self._path = path
        self._facts = facts
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(20)
        self.grid.setVerticalSpacing(10)
        self.grid.setColumnStretch(1, 1)
        told = [label(f"{place}. {tr(words)}", wrap=True) for place, words in enumerate(steps, 1)]
        flow = QWidget()
        flow.setObjectName("flow")
        cards = (
            frame("card", column(self.grid, margins=(20, 16, 20, 16))),
            frame("card", column(label(tr(heading), "heading"), *told, margins=(20, 16, 20, 16))),
        )
        flow.setLayout(column(*cards, None, spacing=12))
        self.setLayout(row(scrolling(flow)))

    def enter(self) -> None:
        """Read them."""
        api, path = self.context.api, self._path
        self.context.jobs.run(lambda cancellation: api.get(path, cancellation=cancellation), self.show_facts, self.context.complain, self)

    def show_facts(self, found: Row) -> None:
        """Show what was read."""
        clear(self.grid)
        told = [wanted for wanted in self._facts if reach(found, wanted.key) not in (None, "", [])]
        for place, wanted in enumerate(told):
            words, text, tone, is_code = fact(wanted, found)
            shown = pill(text, tone) if tone else label(text, "code" if is_code else "", wrap=True, selectable=True)
            self.grid.addWidget(label(words, "caption"), place, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(shown, place, 1, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft if tone else Qt.AlignmentFlag.AlignTop)
