"""Widgets that flow into as many lines as they need."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.flow import Flow


class Room(QWidget):
    """A room with five labels of a hundred pixels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.flow = Flow(10)
        self.labels = [QLabel(str(number)) for number in range(5)]
        for label in self.labels:
            label.setFixedSize(100, 20)
            self.flow.addWidget(label)
        self.setLayout(self.flow)
        self.resize(width, 200)
        self.show()


def test_they_go_on_in_the_next_line_where_there_is_no_more_room(qtbot: QtBot) -> None:
    room = Room(320)
    qtbot.addWidget(room)
    assert [(label.x(), label.y()) for label in room.labels] == [(0, 0), (110, 0), (220, 0), (0, 30), (110, 30)]


def test_the_height_depends_on_the_width(qtbot: QtBot) -> None:
    room = Room(320)
    qtbot.addWidget(room)
    assert [room.flow.heightForWidth(width) for width in (1000, 320, 100)] == [20, 50, 140]
    assert room.flow.minimumSize().width() == 100


def test_they_begin_at_the_right_where_one_reads_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "isRightToLeft", staticmethod(lambda: True))
    room = Room(320)
    qtbot.addWidget(room)
    assert [label.x() for label in room.labels][:2] == [220, 110]
