"""A line of the palette: the title stands first, the keys at the end, and it is the other way round in Arabic."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QListWidget, QListWidgetItem
from pytestqt.qtbot import QtBot

from app.shell.palette_item import KEYS, LINE_PIXELS, PaletteItem
from app.theme.look import Look


def painted(qtbot: QtBot, look: Look, direction: Qt.LayoutDirection) -> QImage:
    found = QListWidget()
    qtbot.addWidget(found)
    found.setItemDelegate(PaletteItem(look))
    item = QListWidgetItem(look.icon("home"), "", found)
    item.setData(KEYS, "Ctrl+K")
    found.setLayoutDirection(direction)
    found.resize(600, 120)
    found.show()
    return found.viewport().grab(found.visualItemRect(item)).toImage()


@pytest.mark.parametrize(("direction", "drawing_first"), [(Qt.LayoutDirection.LeftToRight, True), (Qt.LayoutDirection.RightToLeft, False)])
def test_the_drawing_begins_the_line_and_the_keys_end_it(qtbot: QtBot, look: Look, direction: Qt.LayoutDirection, drawing_first: bool) -> None:
    image = painted(qtbot, look, direction)
    assert image.height() >= LINE_PIXELS
    inked = [x for x in range(image.width()) if any(image.pixelColor(x, y).lightness() < 170 for y in range(image.height()))]
    gap = max(other - one for one, other in pairwise(inked))
    begins = next(one for one, other in pairwise(inked) if other - one == gap)
    drawing, keys = begins - inked[0], inked[-1] - begins - gap
    assert (drawing < keys) is drawing_first
