"""The newest things of a stream above the older ones: what comes moves the others down, what is selected stays so, and so many are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.models.columns import Column
from app.models.row_table import NOWHERE, Index, Line, Row, RowTable


class TailTable(RowTable):
    """The model. It holds what was kept last, and shows of it what `fits`."""

    def __init__(self, columns: Sequence[Column], kept: int) -> None:
        super().__init__(columns)
        self._kept = kept
        self._all: list[Line] = []
        self._shown: list[Line] = []
        self._fits: Callable[[Row], bool] = lambda _: True

    @property
    def empty(self) -> bool:
        """Whether nothing is held, whatever is shown of it."""
        return not self._all

    def put(self, rows: Sequence[Row]) -> None:
        """Add rows, the oldest first."""
        lines = [Line(self.columns, row) for row in reversed(rows)][: self._kept]
        self._all[:0] = lines
        let_go = set(map(id, self._all[self._kept :]))
        del self._all[self._kept :]
        new = [line for line in lines if self._fits(line.row)]
        if new:
            self.beginInsertRows(NOWHERE, 0, len(new) - 1)
            self._shown[:0] = new
            self.endInsertRows()
        self._let_go(let_go)

    def _let_go(self, gone: set[int]) -> None:
        """Show no longer what is kept no longer: it stands at the end."""
        kept = len(self._shown)
        while kept and id(self._shown[kept - 1]) in gone:
            kept -= 1
        if kept < len(self._shown):
            self.beginRemoveRows(NOWHERE, kept, len(self._shown) - 1)
            del self._shown[kept:]
            self.endRemoveRows()

    def choose(self, fits: Callable[[Row], bool]) -> None:
        """Show of what is held, and of what comes, only what fits."""
        self._fits = fits
        self._refill([line for line in self._all if fits(line.row)])

    def clear(self) -> None:
        """Forget everything."""
        self._all = []
        self._refill([])

    def _refill(self, lines: list[Line]) -> None:
        self.beginResetModel()
        self._shown = lines
        self.endResetModel()

    def line(self, place: int) -> Line | None:
        """Return a line."""
        return self._shown[place] if 0 <= place < len(self._shown) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)
