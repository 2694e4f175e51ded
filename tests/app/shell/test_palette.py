"""The palette: typing finds, arrows choose, Return does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.shell.commands import Command
from app.shell.palette import Palette
from app.theme.look import Look


@pytest.mark.criterion("desktop-16")
def test_it_is_driven_by_the_keyboard_alone(qtbot: QtBot, look: Look) -> None:
    parent, done, asked = QWidget(), list[str](), list[str]()
    qtbot.addWidget(parent)
    commands = [Command(name, "", lambda name=name: done.append(name)) for name in ("New API key", "New webhook", "Logs")]  # type: ignore[misc]
    palette = Palette(parent, look, commands, asked.append)
    palette.show()
    qtbot.keyClicks(palette.line, "new")
    assert palette.titles() == ["New API key", "New webhook"]
    qtbot.waitUntil(lambda: asked == ["new"])
    palette.found([Command("Newman Ltd", "tenant", lambda: done.append("tenant"))])
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert (done, palette.chosen, palette.isVisible()) == (["tenant"], "Newman Ltd", False)
