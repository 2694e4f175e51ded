"""Rows of a table: a cell is made when it is first asked for, once, and a row that is missed shows that it is awaited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.models import row_table
from app.models.columns import Cell, Column, cell
from app.models.row_table import Index, Line, RowTable

COLUMNS = (Column("id", "Id"), Column("count", "Count", kind="number"))


class Two(RowTable):
    """Two rows, of which the second is missed."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self.missed: list[int] = []
        self._first = Line(self.columns, {"id": "a", "count": 1200})

    def rowCount(self, parent: Index = row_table.NOWHERE) -> int:  # noqa: N802 - Qt's spelling
        return 2

    def line(self, place: int) -> Line | None:
        return None if place else self._first

    def miss(self, place: int) -> None:
        self.missed.append(place)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where the cells are noted that are made."""
    found: list[str] = []
    real: Callable[..., Cell] = cell

    def noted(column: Column, row: row_table.Row) -> Cell:
        found.append(column.key)
        return real(column, row)

    monkeypatch.setattr(row_table, "cell", noted)
    return found


def test_only_what_is_looked_at_is_made_and_once(qapp: QApplication, made: list[str]) -> None:
    table = Two()
    assert made == []
    assert [table.index(0, 1).data(), table.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)] == ["1,200", "1,200"]
    assert made == ["count"]


def test_a_missed_row_is_awaited_and_asked_for(qapp: QApplication, made: list[str]) -> None:
    table = Two()
    assert table.index(1, 0).data() == "…"
    assert (table.missed, made, table.row_at(1)) == ([1], [], None)
    assert table.rows() == [{"id": "a", "count": 1200}]


def test_labels_are_above_the_columns_and_numbers_at_their_end(qapp: QApplication) -> None:
    table, across = Two(), Qt.Orientation.Horizontal
    assert [table.headerData(place, across) for place in range(2)] == ["Id", "Count"]
    assert table.headerData(0, across, Qt.ItemDataRole.TextAlignmentRole) is None
    assert table.headerData(1, across, Qt.ItemDataRole.TextAlignmentRole) is not None
    assert table.headerData(0, Qt.Orientation.Vertical) is None
