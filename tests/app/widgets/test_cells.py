"""Cells: an id keeps its ends and its direction, a state has a dot beside its word."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.models.columns import Column
from app.models.remote_table import RemoteTable
from app.theme.look import Look
from app.widgets.table import Table


def painted(qtbot: QtBot, look: Look, column: Column, value: str, *, is_rtl: bool = False) -> QImage:
    model = RemoteTable((column,))
    model.restart([{"x": value}])
    table = Table(look, model, [column.width], "Things")
    qtbot.addWidget(table)
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft if is_rtl else Qt.LayoutDirection.LeftToRight)
    table.resize(300, 120)
    table.show()
    return table.viewport().grab(table.visualRect(model.index(0, 0))).toImage()


def ink(image: QImage) -> dict[int, int]:
    """Return the columns of pixels that are written on, and how far up each is."""
    dark = {x: [y for y in range(image.height() - 2) if image.pixelColor(x, y).lightness() < 128] for x in range(image.width())}
    return {x: min(rows) for x, rows in dark.items() if rows}


def test_an_id_reads_from_left_to_right_in_a_table_of_the_other_direction(qtbot: QtBot, look: Look) -> None:
    column = Column("x", "Id", 300, "code")
    there, here = (ink(painted(qtbot, look, column, "49 30 ...", is_rtl=way)) for way in (False, True))
    assert min(here) > max(there)
    assert [found[max(found)] > found[min(found)] for found in (there, here)] == [True, True]  # dots are low, and stand at the right


def test_a_state_has_a_dot_and_a_mere_kind_has_none(qtbot: QtBot, look: Look) -> None:
    column = Column("x", "State", 300, "badge")
    dotted, plain = painted(qtbot, look, column, "failed"), painted(qtbot, look, column, "contact")
    assert look.tokens.danger in {dotted.pixelColor(22, y).name() for y in range(dotted.height())}
    assert look.tokens.calm not in {plain.pixelColor(22, y).name() for y in range(plain.height())}
