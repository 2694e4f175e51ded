"""Finds words that have less room than they need, by what Qt itself says they need."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QWidget


def cut(root: QWidget) -> Iterator[str]:
    """Yield the texts of visible buttons and one-line labels that have less room than they need."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget.parent(), QAbstractScrollArea):
            continue
        if isinstance(widget, QAbstractButton) and widget.text() and widget.width() < widget.minimumSizeHint().width():
            yield widget.text()
        if (
            isinstance(widget, QLabel)
            and widget.text()
            and not widget.wordWrap()
            and widget.width() < widget.fontMetrics().horizontalAdvance(widget.text())
        ):
            yield widget.text()
