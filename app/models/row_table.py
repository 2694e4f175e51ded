"""What every table of rows answers Qt: cells of the rows that are looked at, made when they are first painted, and the columns' labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.models.columns import NUMBERS, Cell, Column, cell, least
from app.system.languages import tr
from app.theme.roles import CellRole

Row = dict[str, Any]
Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
_WAITING: Final = Cell("…", dim=True)
_END: Final = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
_ANSWERS: Final[dict[int, Callable[[Cell], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda found: found.text,
    Qt.ItemDataRole.ToolTipRole: lambda found: found.tip or found.text,
    CellRole.CELL: lambda found: found,
}


class Line:
    """A row and what has been painted of it: of two hundred rows that arrive a screen shows twenty."""

    __slots__ = ("_cells", "_columns", "row")

    def __init__(self, columns: Sequence[Column], row: Row) -> None:
        self.row = row
        self._columns = columns
        self._cells: list[Cell | None] = [None] * len(columns)

    def cell(self, place: int) -> Cell:
        """Return what a column shows of the row."""
        found = self._cells[place]
        if found is None:
            found = self._cells[place] = cell(self._columns[place], self.row)
        return found


class RowTable(QAbstractTableModel):
    """A model whose rows somebody else holds: a subclass says how many there are and gives the line of a place."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)

    def line(self, place: int) -> Line | None:
        """Return a line; None while it is on its way."""
        raise NotImplementedError

    def row_at(self, place: int) -> Row | None:
        """Return a row; None while it is on its way."""
        line = self.line(place)
        return None if line is None else line.row

    def rows(self) -> list[Row]:
        """Return every row that is held now."""
        return [row for place in range(self.rowCount()) if (row := self.row_at(place)) is not None]

    # What Qt asks.

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what one place shows; called hundreds of times per frame."""
        answer = _ANSWERS.get(role)
        if answer is None and role != CellRole.ROW:
            return None
        line = self.line(index.row())
        if line is None:
            self.miss(index.row())
            return None if answer is None else answer(_WAITING)
        return line.row if answer is None else answer(line.cell(index.column()))

    def miss(self, place: int) -> None:
        """Take note that a line is looked at which is not here."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's label, above the numbers of one that holds such."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == CellRole.LEAST:
            return least(self.columns[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].kind in NUMBERS:
            return _END
        return tr(self.columns[section].label) if role == Qt.ItemDataRole.DisplayRole else None
