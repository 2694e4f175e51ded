"""Parts of a form: the keyboard opens them, and what is behind them is there all the time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.widgets.folding import Folding


def test_the_keyboard_opens_and_closes_a_part(qtbot: QtBot) -> None:
    part, line = Folding("Network"), QLineEdit()
    part.content.addWidget(line)
    qtbot.addWidget(part)
    part.show()
    assert not line.isVisible()
    qtbot.keyClick(part.heading, Qt.Key.Key_Space)
    assert line.isVisible()
    qtbot.keyClick(part.heading, Qt.Key.Key_Space)
    assert not line.isVisible()
