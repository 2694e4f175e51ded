"""The inspector: texts to copy, and a tree of everything."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from app.models.json_tree import JsonTree
from app.widgets.inspector import Inspector


def test_a_text_is_copied_and_the_tree_shows_everything(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    inspector = Inspector(parent, "att_1", JsonTree({"status": 500}), {"Request": "POST /hooks"})
    inspector.show()
    copy = next(button for button in inspector.findChildren(QPushButton) if button.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == "POST /hooks"
    assert [inspector.tabs.tabText(place) for place in range(2)] == ["Request", "Everything"]
    model = inspector.findChildren(QTreeView)[0].model()
    assert model.index(0, 1).data() == "500"
