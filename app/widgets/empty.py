"""What stands where there is nothing to see: a drawing, why that is so, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.theme.look import Look
from app.widgets.text import column, label, row

DRAWING_PIXELS = 32
MOST_PIXELS = 500  # so wide a sentence is; a longer one has lines


class Empty(QWidget):
    """The place holder; its buttons are hidden until somebody has a use for them."""

    def __init__(self, look: Look, drawing: str, *buttons: QPushButton) -> None:
        super().__init__()
        self._look = look
        self._drawing = drawing
        self._mark = label("")
        self._mark.setProperty("role", "emblem")
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = label("", "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for button in buttons:
            button.hide()
        line = row(None, *buttons, None)
        self.setLayout(column(None, row(None, self._mark, None), row(None, self.words, None), line, None, margins=(48, 0, 48, 0), spacing=12))
        look.changed.connect(self._paint)
        self._paint()

    def say(self, text: str) -> None:
        """Say why there is nothing."""
        self.words.setText(text)
        self.words.setFixedWidth(min(MOST_PIXELS, self.words.fontMetrics().horizontalAdvance(text) + 8))

    def _paint(self) -> None:
        self._mark.setPixmap(self._look.drawing(self._drawing, DRAWING_PIXELS))
