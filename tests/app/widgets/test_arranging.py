"""Columns that a user arranges: dragged, moved, left out by the menu, and as at first again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.columns import Column
from app.models.remote_table import RemoteTable, filled_with
from app.system.arrangements import Arrangement
from app.theme.look import Look
from app.widgets.arranging import SETTLED_MS, Arranging
from app.widgets.table import Table, shared

COLUMNS = (Column("name", "Name", 200), Column("email", "E-mail", 300), Column("phone", "Phone", 120), Column("title", "Title", 120))
KEYS = [column.key for column in COLUMNS]


@pytest.fixture
def model(qapp: QApplication) -> RemoteTable:
    return filled_with(COLUMNS, [{key: key for key in KEYS}])


@pytest.fixture
def table(qtbot: QtBot, look: Look, model: RemoteTable) -> Table:
    found = Table(look, model, [column.width for column in COLUMNS], "People")
    qtbot.addWidget(found)
    found.resize(900, 300)
    found.show()
    return found


def order(table: Table) -> list[str]:
    """Return the keys of the columns that are shown, from the first to the last."""
    header = table.horizontalHeader()
    places = [header.logicalIndex(visual) for visual in range(len(KEYS))]
    return [KEYS[place] for place in places if not table.isColumnHidden(place)]


def test_columns_stand_as_they_were_left_and_one_that_is_new_comes_last(table: Table) -> None:
    Arranging(table, KEYS, Arrangement(("title", "gone", "email", "name"), {"email": 150, "gone": 9}, ("name",)), lambda _: None)
    assert order(table) == ["title", "email", "phone"]
    assert table.columnWidth(KEYS.index("email")) == 150
    table.resize(1200, 300)
    assert table.columnWidth(KEYS.index("email")) == 150


def test_a_column_that_is_dragged_keeps_its_width_and_its_place(qtbot: QtBot, table: Table) -> None:
    told: list[Arrangement] = []
    Arranging(table, KEYS, Arrangement(), told.append)
    table.horizontalHeader().resizeSection(1, 440)
    table.horizontalHeader().moveSection(1, 0)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [Arrangement(("email", "name", "phone", "title"), {"email": 440})]
    table.resize(700, 300)
    assert table.columnWidth(1) == 440
    assert order(table) == ["email", "name", "phone", "title"], "what does not fit is scrolled"


def test_the_menu_leaves_columns_out_but_never_the_last(table: Table) -> None:
    told: list[Arrangement] = []
    arranging = Arranging(table, KEYS, Arrangement(), told.append)
    for key in ("email", "phone", "title"):
        arranging.menu.aboutToShow.emit()
        arranging.menu.actions()[KEYS.index(key)].trigger()
    assert order(table) == ["name"]
    assert told[-1] == Arrangement(hidden=("email", "phone", "title"))
    arranging.menu.aboutToShow.emit()
    assert [action.isEnabled() for action in arranging.menu.actions()[:4]] == [False, True, True, True]
    arranging.menu.actions()[-1].trigger()
    assert (order(table), told[-1]) == (KEYS, Arrangement())


def test_chosen_widths_are_kept_and_the_others_share_what_is_left() -> None:
    assert shared([60, 100, 60], [120, 100, 120], 400, {1}) == [150, 100, 150]
    assert shared([60, 500, 60], [120, 500, 120], 400, {1}) == [60, 500, 60]


def test_other_columns_stand_as_theirs_were_left_and_nothing_is_told_of_it(qtbot: QtBot, table: Table, model: RemoteTable) -> None:
    told: list[Arrangement] = []
    arranging = Arranging(table, KEYS, Arrangement(("title", "name"), {"name": 150}), told.append)
    more = (*COLUMNS[:2], Column("custom.size", "Size", 90), *COLUMNS[2:])
    table.widen([column.width for column in more], lambda: model.reshape(more))
    arranging.take([column.key for column in more], Arrangement(("title", "name"), {"name": 150}, ("phone",)))
    header, keys = table.horizontalHeader(), [column.key for column in more]
    shown = [keys[place] for visual in range(len(keys)) if not table.isColumnHidden(place := header.logicalIndex(visual))]
    assert shown == ["title", "name", "email", "custom.size"]
    assert table.columnWidth(keys.index("name")) == 150
    qtbot.wait(SETTLED_MS + 50)
    assert told == []
