"""The virtual table: it asks for what is looked at, and a million rows cost little."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QPainter
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.jobs.heartbeat import percentile
from app.models.columns import Column
from app.models.remote_table import RemoteTable
from app.theme.look import Look
from app.theme.roles import CellRole
from app.widgets.cells import CellPainter
from app.widgets.table import Table
from tests.pace import best, quickest, seconds

COLUMNS = (Column("id", "Id", kind="code"), Column("state", "State", kind="badge"))


class Server:
    """A list of many rows that answers when it is told to."""

    def __init__(self, model: RemoteTable, count: int, size: int = 200) -> None:
        self.model, self.count, self.size = model, count, size
        self.asked: list[int] = []
        self.waiting: list[tuple[int, str | None]] = []
        model.wanted.connect(lambda page, cursor: self.waiting.append((page, cursor)))

    def serve(self) -> None:
        """Answer everything that was asked."""
        while self.waiting:
            self.answer(*self.waiting.pop(0))

    def read_all(self) -> None:
        """Have the model read the list to its end."""
        self.serve()
        while self.model.canFetchMore(QModelIndex()):
            self.model.fetchMore(QModelIndex())
            self.serve()

    def answer(self, page: int, cursor: str | None) -> None:
        start = int(cursor or 0)
        self.asked.append(page)
        end = min(start + self.size, self.count)
        rows = [{"id": f"evt_{place}", "state": "delivered"} for place in range(start, end)]
        self.model.put(page, rows, str(end) if end < self.count else None)


@pytest.fixture
def tested(qapp: QApplication) -> Iterator[RemoteTable]:
    model = RemoteTable(COLUMNS)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    tester.deleteLater()


def test_it_shows_a_page_and_asks_for_the_next_when_that_is_wanted(tested: RemoteTable) -> None:
    server = Server(tested, 450)
    tested.begin()
    server.read_all()
    assert (tested.rowCount(), server.asked) == (450, [0, 1, 2])
    assert tested.index(449, 0).data() == "evt_449"
    first, second = tested.index(0, 0).data(CellRole.CELL), tested.index(0, 1).data(CellRole.CELL)
    assert (second.text, second.tone, first.code) == ("Delivered", "ok", True)


def test_a_page_on_its_way_is_asked_for_once_and_a_failed_one_again(qapp: QApplication) -> None:
    model, asked = RemoteTable(COLUMNS), []
    model.wanted.connect(lambda page, _: asked.append(page))
    model.begin()
    model.ask(0)
    model.give_up(0)
    model.ask(0)
    assert asked == [0, 0]


def test_rows_that_were_let_go_show_a_placeholder_and_are_read_again(qapp: QApplication) -> None:
    tested = RemoteTable(COLUMNS)
    server = Server(tested, 20_000)
    tested.begin()
    server.read_all()
    server.asked.clear()
    assert [tested.index(0, 0).data(), tested.index(0, 0).data()] == ["…", "…"]
    server.serve()
    assert server.asked == [0]
    assert tested.index(0, 0).data() == "evt_0"


@pytest.mark.alone
@pytest.mark.criterion("desktop-5")
def test_a_million_rows_scroll_in_little_memory(qtbot: QtBot, look: Look, figure: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    model = RemoteTable(COLUMNS)
    server = Server(model, 1_000_000)
    table = Table(look, model, [400, 400], "Events")
    qtbot.addWidget(table)
    table.resize(900, 700)

    painted = noted_paints(monkeypatch)
    with qtbot.waitExposed(table):
        table.show()

    def open_it() -> None:
        model.begin()
        server.serve()
        table.viewport().repaint()

    opened = quickest(open_it, 0.1, clock=time.thread_time)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    server.read_all()
    frame = best(lambda: percentile([scrolled(table, server, place) for place in range(0, 1_000_000, 9973)], 0.95), 0.016)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    figure(f"open {opened * 1000:.0f} ms, frame p95 {frame * 1000:.1f} ms, {grown:.1f} MB more")
    assert model.rowCount() == 1_000_000
    assert len({row for row in painted if row > 0}) > 1000
    assert opened <= 0.1
    assert frame <= 0.016
    assert grown <= 20


def noted_paints(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return where the rows are noted that are painted from now on: what nobody sees would cost nothing."""
    found: list[int] = []
    paint = CellPainter.paint

    def noted(self: CellPainter, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        found.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(CellPainter, "paint", noted)
    return found


def scrolled(table: Table, server: Server, place: int) -> float:
    """Scroll to a row and paint, before and after it was read; return how long that took without the reading."""

    def scroll() -> None:
        table.scrollTo(table.model().index(place, 0))
        table.viewport().repaint()

    before = seconds(scroll, time.thread_time)
    server.serve()
    return max(before, seconds(table.viewport().repaint, time.thread_time))


@pytest.mark.criterion("desktop-5")
def test_no_list_of_the_console_measures_or_sorts_its_rows_itself() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path("app").rglob("*.py"))
    used: list[Any] = [name for name in ("ResizeToContents)", "resizeColumnsToContents(", "QSortFilterProxyModel(", "QTableWidget(") if name in text]
    assert used == []
