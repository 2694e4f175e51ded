"""The wardrobe: what is seen changes at once, what is hidden as soon as it is shown."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.theme.wardrobe import dress, wear


def root(qtbot: QtBot) -> tuple[QWidget, QLabel]:
    found = QWidget()
    qtbot.addWidget(found)
    dress(found)
    return found, QLabel("Words", found)


def colour(label: QLabel) -> QColor:
    label.ensurePolished()
    return label.palette().windowText().color()


def test_a_root_that_is_seen_changes_at_once(qtbot: QtBot, qapp: QApplication) -> None:
    wear(qapp, "QLabel { color: #ff0000; }")
    seen, label = root(qtbot)
    seen.show()
    assert colour(label) == QColor("#ff0000")
    wear(qapp, "QLabel { color: #0000ff; }")
    assert colour(label) == QColor("#0000ff")


def test_a_hidden_root_changes_when_it_is_shown(qtbot: QtBot, qapp: QApplication) -> None:
    wear(qapp, "QLabel { color: #ff0000; }")
    hidden, label = root(qtbot)
    wear(qapp, "QLabel { color: #0000ff; }")
    assert hidden.styleSheet() == "QLabel { color: #ff0000; }"
    hidden.show()
    assert colour(label) == QColor("#0000ff")
