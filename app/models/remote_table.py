"""A table of rows that live on the server: it asks for what is looked at, shows a placeholder meanwhile, and holds a window of it.

Sorting and filtering are the server's: the model is told to begin again, never to rearrange.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.models.columns import NUMBERS, Cell, Column, cell, least
from app.models.window import Window
from app.system.languages import tr
from app.theme.roles import CellRole

Row = dict[str, Any]
Index = QModelIndex | QPersistentModelIndex
_WAITING: Final = Cell("…", dim=True)
_NOWHERE: Final = QModelIndex()
_END: Final = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class _Line:
    row: Row
    cells: tuple[Cell, ...]


class RemoteTable(QAbstractTableModel):
    """The model. `wanted` says which page to read and by which cursor; whoever reads it hands it to `put`, or says `give_up`."""

    wanted = Signal(int, object)

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._window: Window[_Line] = Window()
        self._asked: set[int] = set()
        self._answers: dict[int, Callable[[Cell], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda found: found.text,
            Qt.ItemDataRole.ToolTipRole: lambda found: found.tip or found.text,
            CellRole.CELL: lambda found: found,
        }

    def begin(self) -> None:
        """Forget everything and ask for the first page."""
        self.beginResetModel()
        self._window, self._asked = Window(), set()
        self.endResetModel()
        self.ask(0)

    def ask(self, page: int) -> None:
        """Ask for a page, unless it is on its way."""
        if page not in self._asked:
            self._asked.add(page)
            self.wanted.emit(page, self._window.cursors[page])

    def give_up(self, page: int) -> None:
        """Let a page be asked for again: reading it has failed."""
        self._asked.discard(page)

    def put(self, page: int, rows: Sequence[Row], cursor: str | None) -> None:
        """Show a page that was read."""
        lines = [self._line(row) for row in rows]
        if page == self._window.next_page and not self._window.complete:
            if lines:
                self.beginInsertRows(_NOWHERE, self._window.count, self._window.count + len(lines) - 1)
            self._window.put(page, lines, cursor)
            # Only now: a view may ask for more while rows are being inserted, and must not get this page twice.
            self._asked.discard(page)
            if lines:
                self.endInsertRows()
            return
        self._window.put(page, lines, cursor)
        self._asked.discard(page)
        span = self._window.span(page)
        self.dataChanged.emit(self.index(span.start, 0), self.index(max(span.start, span.stop - 1), len(self.columns) - 1))

    def restart(self, rows: Sequence[Row], cursor: str | None = None) -> None:
        """Show these rows as the first page; without a cursor they are all there are."""
        self.beginResetModel()
        self._window, self._asked = Window(), set()
        self._window.put(0, [self._line(row) for row in rows], cursor)
        self.endResetModel()

    def row_at(self, place: int) -> Row | None:
        """Return a row; None while it is on its way."""
        line = self._window.row(place)
        return None if line is None else line.row

    def rows(self) -> list[Row]:
        """Return every row that is held now."""
        return [row for place in range(self._window.count) if (row := self.row_at(place)) is not None]

    @property
    def complete(self) -> bool:
        """Whether the end of the list has been seen."""
        return self._window.complete

    def _line(self, row: Row) -> _Line:
        return _Line(row, tuple(cell(column, row) for column in self.columns))

    # What Qt asks.

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many rows are known."""
        return 0 if parent.isValid() else self._window.count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what one place shows; called hundreds of times per frame."""
        answer = self._answers.get(role)
        if answer is None and role != CellRole.ROW:
            return None
        line = self._window.row(index.row())
        if line is None:
            self.ask(self._window.page_of(index.row()))
            return None if answer is None else answer(_WAITING)
        return line.row if answer is None else answer(line.cells[index.column()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's label, above the numbers of one that holds such."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == CellRole.LEAST:
            return least(self.columns[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].kind in NUMBERS:
            return _END
        return tr(self.columns[section].label) if role == Qt.ItemDataRole.DisplayRole else None

    def canFetchMore(self, parent: Index) -> bool:
        """Tell whether there are rows after those that are known."""
        return not parent.isValid() and self._window.count > 0 and not self._window.complete

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self.ask(self._window.next_page)


def filled_with(columns: Sequence[Column], rows: Sequence[Row]) -> RemoteTable:
    """Return a table of rows that are known already; it asks for nothing."""
    found = RemoteTable(columns)
    found.put(0, rows, None)
    return found
