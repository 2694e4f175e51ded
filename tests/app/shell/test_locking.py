"""Locking by itself: after so long without a touch, counted from the last one in any window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.shell.locking import Idle


def shown(qtbot: QtBot) -> QLineEdit:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    qtbot.waitUntil(line.isActiveWindow)
    return line


def test_nobody_there_is_said_once(qtbot: QtBot, qapp: QApplication) -> None:
    said: list[str] = []
    idle = Idle(qapp, 0.05 / 60, lambda: said.append("idle"))
    qtbot.waitUntil(lambda: said == ["idle"])
    qtbot.wait(200)
    assert said == ["idle"], "four times the time that it takes to be said"
    idle.deleteLater()


def test_a_key_in_a_window_that_came_later_begins_the_count_again(qtbot: QtBot, qapp: QApplication) -> None:
    idle = Idle(qapp, 1, lambda: None)
    line = shown(qtbot)
    qtbot.waitUntil(lambda: idle.seconds_left < 59.9)
    # As the platform does it: a key comes to the window, which hands it to the widget.
    QApplication.sendEvent(line.windowHandle(), QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    assert idle.seconds_left > 59.9
    idle.deleteLater()


def test_who_wants_no_lock_has_none(qtbot: QtBot, qapp: QApplication) -> None:
    idle = Idle(qapp, 0, lambda: None)
    assert idle.seconds_left < 0
    idle.deleteLater()
