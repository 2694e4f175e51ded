"""The inspector: texts to copy, and a tree of everything."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from app.models.json_tree import JsonTree
from app.widgets.inspector import Inspector
from tests.pace import quickest


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """Return a window that outlives the inspector."""
    found = QWidget()
    qtbot.addWidget(found)
    return found


def test_a_text_is_copied_and_the_tree_shows_everything(parent: QWidget) -> None:
    inspector = Inspector(parent, "att_1", JsonTree({"status": 500}), {"Request": "POST /hooks"}, lambda *_: None)
    inspector.show()
    copy = next(button for button in inspector.findChildren(QPushButton) if button.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == "POST /hooks"
    assert [inspector.tabs.tabText(place) for place in range(2)] == ["Request", "Everything"]
    model = inspector.findChildren(QTreeView)[0].model()
    assert model.index(0, 1).data() == "500"


def inspected(parent: QWidget, body: str, kept: list[tuple[str, str]]) -> Inspector:
    """Open a row with such a body and paint it."""
    found = Inspector(parent, "att_1", JsonTree({"body": body}), {"Response": body}, lambda name, text: kept.append((name, text)))
    found.show()
    found.repaint()
    return found


@pytest.mark.alone
@pytest.mark.criterion("desktop-7")
def test_a_body_of_ten_megabytes_is_painted_at_once_and_can_be_copied_whole(parent: QWidget, figure: Callable[[str], None]) -> None:
    body = '{"id": 4711, "name": "Ada"}, ' * 360_000
    took = quickest(lambda: inspected(parent, body, []), 0.3, clock=time.thread_time)
    inspector = inspected(parent, body, [])
    figure(f"{took * 1000:.0f} ms computed to the first paint of {len(body) / 1e6:.0f} MB")
    assert took <= 0.3
    assert "The first 100.0 KB of 10.4 MB." in [label.text() for label in inspector.findChildren(QLabel)]
    next(button for button in inspector.findChildren(QPushButton) if button.text() == "Copy").click()
    assert QGuiApplication.clipboard().text() == body


@pytest.mark.criterion("desktop-7")
def test_a_body_of_a_hundred_megabytes_is_refused_and_goes_to_a_file(parent: QWidget) -> None:
    kept: list[tuple[str, str]] = []
    body = "x" * 100_000_000
    inspector = inspected(parent, body, kept)
    assert inspector.findChildren(QPlainTextEdit) == []
    assert "100.0 MB are too much to be shown here. Save them to a file and open that." in [label.text() for label in inspector.findChildren(QLabel)]
    next(button for button in inspector.findChildren(QPushButton) if button.text() == "Save to file…").click()
    assert kept == [("Response", body)]
