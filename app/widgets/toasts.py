"""Short messages at the lower edge that go by themselves; one may carry an act, such as undoing what was just done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.text import label, row

SECONDS = 5.0
_GAP = 16


class Toast(QFrame):
    """One message."""

    def __init__(self, look: Look, text: str, tone: str, acts: dict[str, Callable[[], None]]) -> None:
        super().__init__()
        dress(self)
        self.setProperty("role", "toast")
        mark = label("")
        icons = {"ok": "check", "danger": "alert", "warning": "alert"}
        mark.setPixmap(look.icon(icons.get(tone, "bell"), tone).pixmap(18, 18))
        self.words = label(text, wrap=True)
        self.words.setMinimumWidth(220)
        self.words.setMaximumWidth(380)
        self.buttons = []
        for name, act in acts.items():
            button = QPushButton(name)
            button.setProperty("role", "link")
            button.clicked.connect(act)
            self.buttons.append(button)
        self.setLayout(row(mark, self.words, *self.buttons, margins=(14, 10, 10, 10)))


class Toasts(QObject):
    """Shows messages over a window, the newest lowest."""

    def __init__(self, look: Look, over: QWidget) -> None:
        super().__init__(over)
        self._look = look
        self._over = over
        self._shown: list[Toast] = []
        over.installEventFilter(self)

    def say(self, text: str, tone: str = "ok", acts: dict[str, Callable[[], None]] | None = None, seconds: float = SECONDS) -> Toast:
        """Show a message for a while; an act takes it away at once."""
        toast = Toast(self._look, text, tone, acts or {})
        toast.setParent(self._over)
        for button in toast.buttons:
            button.clicked.connect(lambda: self.take(toast))
        self._shown.append(toast)
        toast.show()
        self._arrange()
        QTimer.singleShot(round(seconds * 1000), toast, lambda: self.take(toast))
        return toast

    def take(self, toast: Toast) -> None:
        """Take a message away."""
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._arrange()

    @property
    def texts(self) -> list[str]:
        """What is shown now."""
        return [toast.words.text() for toast in self._shown]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the messages at their edge when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        bottom = self._over.height() - _GAP
        for toast in reversed(self._shown):
            toast.adjustSize()
            bottom -= toast.height()
            toast.move((self._over.width() - toast.width()) // 2, bottom)
            toast.raise_()
            bottom -= 8
