"""The language of the whole console: its words, and the direction in which everything is laid out."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication

from app.system import languages


def speak(code: str) -> None:
    """Take a language, or the computer's where none is chosen; what is built from now on says it."""
    spoken = languages.use(code or QLocale.system().name()[:2])
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft if spoken.right_to_left else Qt.LayoutDirection.LeftToRight)
