"""A line across the top that stays until what it speaks of is over; each reason has one banner at most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.theme.wardrobe import dress
from app.widgets.text import frame, label, row


class Banners(QWidget):
    """The banners of a window, below one another."""

    def __init__(self) -> None:
        super().__init__()
        dress(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._shown: dict[str, QFrame] = {}

    def say(self, reason: str, text: str, tone: str = "warning", act: str = "", done: Callable[[], None] | None = None) -> None:
        """Show a banner for a reason, in place of the one before."""
        self.take(reason)
        parts: list[QWidget | None] = [label(text, wrap=True)]
        if act and done:
            button = QPushButton(act)
            button.setProperty("role", "link")
            button.clicked.connect(done)
            parts.append(button)
        line = row(*parts, margins=(28, 6, 20, 6))
        line.setStretch(0, 1)
        found = self._shown[reason] = frame("banner", line)
        found.setProperty("tone", tone)
        self._layout.addWidget(found)

    def take(self, reason: str) -> None:
        """Take a banner away."""
        found = self._shown.pop(reason, None)
        if found:
            found.hide()
            found.deleteLater()

    @property
    def reasons(self) -> list[str]:
        """What is spoken of now."""
        return list(self._shown)
