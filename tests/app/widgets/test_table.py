"""The table: rows open by mouse and keyboard, pills keep their contrast, columns share the width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.models.columns import Column
from app.models.remote_table import RemoteTable
from app.theme.look import Look
from app.widgets.cells import ROW_PIXELS
from app.widgets.table import FEWEST, Table, shared


def shown(qtbot: QtBot, look: Look, width: int = 800) -> Table:
    model = RemoteTable((Column("name", "Name", 200), Column("state", "State", 100, "badge")))
    model.restart([{"name": "Ada", "state": "active"}, {"name": "Bob", "state": "failed"}])
    table = Table(look, model, [200, 100], "People")
    qtbot.addWidget(table)
    table.resize(width, 300)
    table.show()
    return table


def test_a_row_opens_by_click_and_by_return(qtbot: QtBot, look: Look) -> None:
    table, opened = shown(qtbot, look), list[int]()
    table.opened.connect(opened.append)
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(0, 0)).center())
    assert opened == [1, 0]
    assert table.chosen() == [0]


def test_a_pill_is_painted_in_its_tone(qtbot: QtBot, look: Look) -> None:
    table = shown(qtbot, look)
    area = table.visualRect(table.model().index(1, 1))
    colours = {table.viewport().grab().toImage().pixelColor(area.left() + x, area.center().y()).name() for x in range(8, 60)}
    assert QColor(look.tokens.danger_soft).name() in colours


def test_columns_share_the_width_and_rows_have_one_height(qtbot: QtBot, look: Look) -> None:
    table = shown(qtbot, look)
    assert table.columnWidth(0) + table.columnWidth(1) >= table.viewport().width() - 2
    assert table.rowHeight(0) == table.rowHeight(1) == ROW_PIXELS


def test_where_there_is_no_room_texts_get_narrower_and_states_stay_whole(qtbot: QtBot, look: Look) -> None:
    table = shown(qtbot, look, 100)
    assert (table.columnWidth(0), table.columnWidth(1)) == (150, 128)


WIDTHS = st.lists(st.tuples(st.integers(20, 400), st.integers(20, 600)), min_size=1, max_size=12)


@given(WIDTHS, st.integers(0, 3000))
def test_columns_that_do_not_fit_are_left_out_from_the_end_and_the_others_fill_the_room(columns: list[tuple[int, int]], room: int) -> None:
    least, wanted = zip(*columns, strict=True)
    found = shared(least, wanted, room)
    assert len(found) == len(least) or len(found) >= FEWEST
    assert len(found) == len(least) or sum(least[: len(found) + 1]) > room
    assert all(width >= need for width, need in zip(found, least, strict=False))
    assert sum(found) <= max(room, sum(least[: len(found)]))
    assert sum(found) > room - 2 * len(found) - 2


def test_numbers_stand_below_one_another_at_the_end_of_their_column(qtbot: QtBot, look: Look) -> None:
    model = RemoteTable((Column("name", "Name", 200), Column("count", "Count", 200, "number")))
    model.restart([{"name": "Ada", "count": 7}])
    table = Table(look, model, [200, 200], "People")
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    area, image = table.visualRect(model.index(0, 1)), table.viewport().grab().toImage()
    inked = [x for x in range(area.left(), area.right()) if image.pixelColor(x, area.center().y()).lightness() < 160]
    assert inked
    assert min(inked) > area.center().x()


def test_a_table_that_is_gone_leaves_nothing_behind(qtbot: QtBot, look: Look) -> None:
    before = len(look.children())
    shown(qtbot, look)
    assert len(look.children()) == before


def test_words_above_a_column_that_was_hidden_meanwhile_have_their_room(qtbot: QtBot, look: Look) -> None:
    columns = [Column(str(place), f"A rather long heading {place}", 60) for place in range(8)]
    model = RemoteTable(columns)
    model.restart([{"0": "x"}])
    table = Table(look, model, [column.width for column in columns], "Long")
    qtbot.addWidget(table)
    table.show()
    for width in (1600, 300, 700):
        table.resize(width, 300)
    heads = table.horizontalHeader()
    seen = [place for place in range(len(columns)) if not heads.isSectionHidden(place)]
    assert FEWEST < len(seen) < len(columns)
    assert [place for place in seen if table.columnWidth(place) < heads.sectionSizeHint(place)] == []
