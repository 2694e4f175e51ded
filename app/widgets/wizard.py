"""A dialog of several steps: which one it is, a way back, and a button that goes on; whoever made the steps decides when one may be left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.text import label


class Wizard(Dialog):
    """The steps, each with its words and its widget; `wanted` carries the step that is to be left forwards."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None, title: str, steps: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__(parent, title, act=tr("Next"), width=760)
        self._titles = [words for words, _ in steps]
        self.stage = label("", "muted")
        self.stack = QStackedWidget()
        self.stack.setMinimumHeight(380)
        for _, widget in steps:
            self.stack.addWidget(widget)
        self.back = QPushButton(tr("Back"))
        self.back.clicked.connect(lambda: self.show_step(self.step - 1))
        self.buttons.insertWidget(0, self.back)
        self.body.addWidget(self.stage)
        self.body.addWidget(self.stack)
        self.show_step(0)

    @property
    def step(self) -> int:
        """The step that is shown."""
        return self.stack.currentIndex()

    def show_step(self, place: int, act: str = "") -> None:
        """Show a step; `act` is what its button says."""
        self.stack.setCurrentIndex(place)
        self.stage.setText(tr("Step {place} of {count}: {title}", place=place + 1, count=len(self._titles), title=self._titles[place]))
        self.back.setVisible(place > 0)
        self.act.setText(act or tr("Next"))
        self.say("")

    def confirm(self) -> None:
        """Ask to leave the step forwards."""
        self.say("")
        self.wait(waiting=True)
        self.wanted.emit(self.step)
