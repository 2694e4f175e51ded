"""The drawer: facts are read out whole, and Escape closes it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from app.theme.look import Look
from app.widgets.drawer import Drawer
from app.widgets.text import row


def test_facts_are_shown_and_escape_closes(qtbot: QtBot, look: Look) -> None:
    drawer, closed = Drawer(look), list[None]()
    qtbot.addWidget(drawer)
    drawer.closed.connect(lambda: closed.append(None))
    drawer.begin("Ada", "con_1")
    drawer.facts("Details", [("E-mail", "ada@example.com", None, True), ("State", "active", "ok", False)])
    texts = [found.text() for found in drawer.findChildren(QLabel)]
    assert {"Ada", "con_1", "E-mail", "ada@example.com", "active"} <= set(texts)
    qtbot.keyClick(drawer, Qt.Key.Key_Escape)
    assert (drawer.isVisible(), len(closed)) == (False, 1)


@pytest.mark.criterion("desktop-16")
def test_escape_closes_it_from_the_list_beside_it_too(qtbot: QtBot, look: Look) -> None:
    card, drawer, table = QWidget(), Drawer(look), QTableWidget(1, 1)
    qtbot.addWidget(card)
    card.setLayout(row(table, drawer))
    card.show()
    drawer.begin("Ada", "con_1")
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert not drawer.isVisible()
    qtbot.keyClick(table, Qt.Key.Key_Escape)


def test_another_thing_takes_the_place_of_the_first(qtbot: QtBot, look: Look) -> None:
    drawer = Drawer(look)
    qtbot.addWidget(drawer)
    for name in ("Ada", "Bob"):
        drawer.begin(name, "")
        drawer.facts("Details", [])
    assert (drawer.title.text(), drawer.tabs.count()) == ("Bob", 1)


def test_one_that_is_gone_hears_of_no_other_theme(qtbot: QtBot, look: Look) -> None:
    gone = Drawer(look)
    gone.begin("Ada", "")
    gone.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    with qtbot.captureExceptions() as raised:
        look.choose("dark")
    assert raised == []
