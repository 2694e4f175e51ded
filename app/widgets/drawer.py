"""The drawer at the side: a title, what is known about one thing, tabs for the rest of it, and what can be done; Escape closes it.

Every list has one and few are opened, so that nothing is in it before the first thing is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QTabWidget, QToolButton, QWidget

from app.system.languages import tr
from app.theme.look import Look
from app.widgets.text import clear, column, label, pill, row, scrolling

WIDTH = 476
TERM_PIXELS = 150  # so wide are the names of facts at most


class Drawer(QFrame):
    """The drawer; `closed` is said when the user closes it."""

    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("role", "drawer")
        self.setFixedWidth(WIDTH)
        self._look = look
        self.hide()

    def _build(self) -> None:
        self.title = label("", "heading", wrap=True, selectable=False)
        self.caption = label("", "id", selectable=True)
        self._close = QToolButton()
        self._close.setAccessibleName(tr("Close"))
        self._close.setToolTip(tr("Close (Esc)"))
        self._close.clicked.connect(self.dismiss)
        self._look.changed.connect(self._paint)
        self._paint()
        self.buttons = QHBoxLayout()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("Details"))
        self.tabs.tabBar().setAccessibleName(tr("Details"))
        head = row(column(self.title, self.caption, spacing=2), None, self._close)
        head.setAlignment(self._close, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(head, 4, self.buttons, 4, self.tabs, margins=(20, 16, 16, 12)))

    def _paint(self) -> None:
        self._close.setIcon(self._look.icon("x"))

    def begin(self, title: str, caption: str) -> None:
        """Show a thing with nothing known about it yet."""
        if self.layout() is None:
            self._build()
        self.title.setText(title)
        self.caption.setText(caption)
        clear(self.buttons)
        while self.tabs.count():
            page = self.tabs.widget(0)
            self.tabs.removeTab(0)
            if page:
                page.deleteLater()
        self.show()

    def facts(self, name: str, rows: Sequence[tuple[str, str, str | None, bool]]) -> QWidget:
        """Add a tab of facts: rows of label, text, tone and whether it is code."""
        return self.tab(name, facts_of(rows))

    def tab(self, name: str, content: QWidget, *, scrolls: bool = True) -> QWidget:
        """Add a tab."""
        if scrolls:
            content = scrolling(content)
        self.tabs.addTab(content, name)
        return content

    def dismiss(self) -> None:
        """Close."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Listen to what stands beside it, too: the row that it shows is chosen there, and the keyboard stays there."""
        if parent := self.parentWidget():
            parent.installEventFilter(self)
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close by an Escape that nothing beside it has taken for itself."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.isVisible():
            self.dismiss()
            return True
        return super().eventFilter(watched, event)


def facts_of(rows: Sequence[tuple[str, str, str | None, bool]]) -> QWidget:
    """Return facts below one another, what they are called beside them."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 16, 8, 8)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(1, 1)
    for place, (words, text, tone, code) in enumerate(rows):
        grid.addWidget(_term(words), place, 0, Qt.AlignmentFlag.AlignTop)
        shown = pill(text, tone) if tone else label(text, "code" if code else "", wrap=True, selectable=True)
        grid.addWidget(shown, place, 1, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft if tone else Qt.AlignmentFlag.AlignTop)
    grid.setRowStretch(len(rows), 1)
    found = QWidget()
    found.setObjectName("flow")
    found.setLayout(grid)
    return found


def _term(words: str) -> QLabel:
    """Return the name of a fact, in several lines where it is long."""
    found = label(words, "term")
    if found.fontMetrics().horizontalAdvance(words) > TERM_PIXELS:
        found.setWordWrap(True)
        found.setFixedWidth(TERM_PIXELS)
    return found
