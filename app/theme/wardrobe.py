"""The style sheet is worn by the roots of windows (a page, the rail, a dialog), not by the application; a hidden root changes when it is shown.

Qt polishes a widget once for each of its ancestors when the application's own style sheet is exchanged: with every page built that took 1.3 s.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

_SHEET: Final = "sheet"
_WORN: Final = "worn"


def wear(application: QApplication, sheet: str) -> None:
    """Have every root take a style sheet: at once where it is seen, else as soon as it is."""
    application.setProperty(_SHEET, sheet)
    for widget in application.allWidgets():
        if widget.isVisible() and widget.property(_WORN) is not None:
            _put(widget)


def dress(root: QWidget) -> None:
    """Style a widget with all that is in it, now and after each change; cheapest before anything is in it."""
    root.installEventFilter(_Shown(root))
    root.setProperty(_WORN, "")
    _put(root)


class _Shown(QObject):
    """Styles a root that comes into sight."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            _put(watched)
        return False


def _put(root: QWidget) -> None:
    application = QCoreApplication.instance()
    sheet = application.property(_SHEET) if application else None
    if sheet and root.property(_WORN) != sheet:
        root.setProperty(_WORN, sheet)
        root.setStyleSheet("")
        root.setStyleSheet(str(sheet))
