"""The tail: the newest above, what is selected and read stays in sight, and no more is kept than was asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.columns import Column
from app.models.row_table import Row
from app.models.tail_table import TailTable
from app.theme.look import Look
from app.widgets.table import Table

COLUMNS = (Column("id", "Id", 400), Column("type", "Type", 400))


def things(*places: int, kind: str = "contact.created") -> list[Row]:
    """Return rows, the oldest first."""
    return [{"id": str(place), "type": kind} for place in places]


def shown(model: TailTable) -> list[str]:
    """Return the ids of what is shown, from top to bottom."""
    return [row["id"] for row in model.rows()]


@pytest.fixture
def tail(qapp: QApplication) -> Iterator[TailTable]:
    model = TailTable(COLUMNS, 4)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    tester.deleteLater()


def test_the_newest_stands_above_and_the_oldest_goes(tail: TailTable) -> None:
    tail.put(things(1, 2))
    tail.put(things(3, 4, 5))
    assert shown(tail) == ["5", "4", "3", "2"]
    tail.put(things(*range(6, 16)))
    assert shown(tail) == ["15", "14", "13", "12"]


def test_only_what_fits_is_shown_and_the_rest_is_still_there(tail: TailTable) -> None:
    tail.choose(lambda row: row["type"] == "deal.won")
    tail.put(things(1, 2))
    tail.put(things(3, kind="deal.won"))
    assert (shown(tail), tail.empty) == (["3"], False)
    tail.put(things(4, 5, 6, 7))
    assert shown(tail) == []
    tail.choose(lambda _: True)
    assert shown(tail) == ["7", "6", "5", "4"]
    tail.clear()
    assert (shown(tail), tail.empty) == ([], True)


def test_what_comes_moves_neither_the_selection_nor_what_is_read_further_down(qtbot: QtBot, look: Look) -> None:
    model = TailTable(COLUMNS, 1000)
    table = Table(look, model, [400, 400], "Events")
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show()
    model.put(things(*range(100)))
    table.selectRow(50)
    table.scrollTo(model.index(50, 0), Table.ScrollHint.PositionAtTop)
    read = model.row_at(table.rowAt(0))
    model.put(things(*range(100, 130)))
    assert model.row_at(table.rowAt(0)) == read
    assert [model.row_at(place) for place in table.chosen()] == things(49)
    table.verticalScrollBar().setValue(0)
    model.put(things(130))
    assert table.rowAt(0) == 0
