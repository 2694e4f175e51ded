"""Labels and layouts: words are never markup, and what is cleared is gone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets import text


def test_what_comes_from_elsewhere_is_never_read_as_markup() -> None:
    assert text.label("<b>x</b>").textFormat() == Qt.TextFormat.PlainText


def test_parts_are_laid_out_with_gaps_and_cleared_again(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = text.column(text.label("a"), 4, text.row(text.pill("b", "ok"), None), None, text.rule())
    widget.setLayout(layout)
    widget.show()
    text.clear(layout)
    assert layout.count() == 0
    assert not [child for child in widget.findChildren(QWidget) if child.isVisible()]


def test_a_pill_takes_another_tone(qtbot: QtBot) -> None:
    pill = text.pill("ok", "ok")
    qtbot.addWidget(pill)
    text.set_tone(pill, "danger")
    assert pill.property("pill") == "danger"
