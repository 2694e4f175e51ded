"""A part of a form behind a heading: folded away until somebody wants it, and opened where something in it needs a look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget

from app.widgets.text import column


class Folding(QWidget):
    """The heading is a switch that the keyboard reaches; `content` takes what is behind it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.heading = QToolButton()
        self.heading.setText(name)
        self.heading.setCheckable(True)
        self.heading.setProperty("role", "fold")
        self.heading.setAccessibleName(name)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.toggled.connect(self._show)
        self._inside = QWidget()
        self.content = column(margins=(0, 4, 0, 4), spacing=4)
        self._inside.setLayout(self.content)
        self.setLayout(column(self.heading, self._inside, spacing=0))
        self._show(False)  # noqa: FBT003 - Qt's signal carries it by position

    def open(self) -> None:
        """Show what is behind the heading."""
        self.heading.setChecked(True)

    def _show(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's signal carries it by position
        self._inside.setVisible(wanted)
        closed = Qt.ArrowType.LeftArrow if QGuiApplication.isRightToLeft() else Qt.ArrowType.RightArrow
        self.heading.setArrowType(Qt.ArrowType.DownArrow if wanted else closed)
