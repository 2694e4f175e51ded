"""A table of rows that live on the server: it asks for what is looked at, shows a placeholder meanwhile, and holds a window of it.

Sorting and filtering are the server's: the model is told to begin again, never to rearrange.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.models.columns import Column
from app.models.row_table import NOWHERE, Index, Line, Row, RowTable
from app.models.window import Window


class RemoteTable(RowTable):
    """The model. `wanted` says which page to read and by which cursor; whoever reads it hands it to `put`, or says `give_up`."""

    wanted = Signal(int, object)

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__(columns)
        self._window: Window[Line] = Window()
        self._asked: set[int] = set()

    def begin(self) -> None:
        """Forget everything and ask for the first page."""
        self.beginResetModel()
        self._window, self._asked = Window(), set()
        self.endResetModel()
        self.ask(0)

    def reshape(self, columns: Sequence[Column]) -> None:
        """Show other columns from now on; of the rows nothing is known any more."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._window, self._asked = Window(), set()
        self.endResetModel()

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
        lines = [Line(self.columns, row) for row in rows]
        if page == self._window.next_page and not self._window.complete:
            if lines:
                self.beginInsertRows(NOWHERE, self._window.count, self._window.count + len(lines) - 1)
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
        self._window.put(0, [Line(self.columns, row) for row in rows], cursor)
        self.endResetModel()

    def line(self, place: int) -> Line | None:
        """Return a line; None while its page is on its way."""
        return self._window.row(place)

    def miss(self, place: int) -> None:
        """Ask for the page of a line again."""
        self.ask(self._window.page_of(place))

    @property
    def complete(self) -> bool:
        """Whether the end of the list has been seen."""
        return self._window.complete

    # What Qt asks.

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many rows are known."""
        return 0 if parent.isValid() else self._window.count

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
