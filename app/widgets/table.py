"""The table: fixed row heights, no vertical header, nothing that ever measures all rows; pills and ids are painted, not widgets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.theme.look import Look
from app.theme.roles import CellRole
from app.widgets.cells import ROW_PIXELS, CellPainter

FEWEST: Final = 2  # columns are always shown; those after them go when there is no room


class Table(QTableView):
    """A table; `opened` carries the place of a row that was activated by mouse or keyboard, `widened` is said when a column was dragged."""

    opened = Signal(int)
    widened = Signal()

    def __init__(self, look: Look, model: QAbstractTableModel, widths: Sequence[int], name: str) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self._widths = tuple(widths)
        # What somebody chose: how wide some columns are, and which are left out.
        self.chosen_widths: dict[int, int] = {}
        self.left_out: set[int] = set()
        self._sharing = False
        # How wide the words above a column are: Qt does not say it of one that is hidden.
        self._heads: dict[int, int] = {}
        self._painter = CellPainter(look, self)
        self.setItemDelegate(self._painter)
        self._shape()
        look.changed.connect(self.viewport().update)
        self.clicked.connect(self._click)
        model.rowsInserted.connect(self._keep_place)
        self.horizontalHeader().sectionResized.connect(self._widen)

    def widen(self, widths: Sequence[int], change: Callable[[], None]) -> None:
        """Take the widths of other columns, which `change` gives the model; what somebody chose was about those before."""
        self._sharing = True
        change()
        self._sharing = False
        self._widths = tuple(widths)
        self._heads.clear()
        for place in range(len(widths)):
            self.setColumnHidden(place, False)  # noqa: FBT003 - Qt's own
        self.settle({}, ())

    def _shape(self) -> None:
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_PIXELS)
        horizontal.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        horizontal.setHighlightSections(False)
        horizontal.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        horizontal.setStretchLastSection(True)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)

    def _click(self, index: QModelIndex) -> None:
        """Open a row, unless rows are being selected."""
        if not QGuiApplication.keyboardModifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self.opened.emit(index.row())

    def _keep_place(self, _: QModelIndex, first: int, last: int) -> None:
        """Go on showing what is read further down, when rows come in above it."""
        if first == 0 and (place := self.verticalScrollBar().value()):
            self.updateGeometries()
            self.verticalScrollBar().setValue(place + (last + 1) * ROW_PIXELS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns share the width there is."""
        super().resizeEvent(event)
        self._share()

    def settle(self, widths: Mapping[int, int], left_out: Collection[int]) -> None:
        """Take what somebody chose of the columns."""
        self.chosen_widths, self.left_out = dict(widths), set(left_out)
        self._share()

    def _share(self) -> None:
        """Share the width. The last columns go where it is too small, and are read beside the row; where somebody chose widths, all are scrolled."""
        header = self.horizontalHeader()
        places = [place for visual in range(len(self._widths)) if (place := header.logicalIndex(visual)) not in self.left_out]
        least = [self.chosen_widths.get(place, self._least(place)) for place in places]
        wanted = [self.chosen_widths.get(place, self._widths[place]) for place in places]
        chosen = {row for row, place in enumerate(places) if place in self.chosen_widths}
        shares = shared(least, wanted, self.viewport().width(), chosen)
        self._sharing = True
        for place in range(len(self._widths)):
            self.setColumnHidden(place, place not in places[: len(shares)])
        for place, share in zip(places, shares, strict=False):
            header.resizeSection(place, share)
        self._sharing = False

    def _widen(self, place: int, _before: int, width: int) -> None:
        """Remember the width of a column that was dragged; the last one only takes what is left."""
        header = self.horizontalHeader()
        shown = [one for visual in range(len(self._widths)) if not header.isSectionHidden(one := header.logicalIndex(visual))]
        if not self._sharing and width and place != shown[-1]:
            self.chosen_widths[place] = width
            self.widened.emit()

    def _least(self, place: int) -> int:
        header = self.horizontalHeader()
        if not header.isSectionHidden(place):
            self._heads[place] = header.sectionSizeHint(place)
        return max(int(self.model().headerData(place, Qt.Orientation.Horizontal, CellRole.LEAST) or 0), self._heads.get(place, 0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row below the pointer."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Mark no row any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._painter.hovered:
            self._painter.hovered = row
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row by Return."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def chosen(self) -> list[int]:
        """Return the places of the selected rows, from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def choose(self, places: Sequence[int]) -> None:
        """Select these rows."""
        found = QItemSelection()
        for place in places:
            index = self.model().index(place, 0)
            found.select(index, index)
        self.selectionModel().select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows)
        if places:
            self.selectionModel().setCurrentIndex(self.model().index(places[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)


def shared(least: Sequence[int], wanted: Sequence[int], room: int, chosen: Collection[int] = ()) -> list[int]:
    """Return how wide each column is that fits: first all get what they need, then what they want, and then what is left.

    Those that somebody has `chosen` a width for keep it, and then none is left out.
    """
    shown = len(least)
    while not chosen and shown > FEWEST and sum(least[:shown]) > room:
        shown -= 1
    found = list(least[:shown])
    lacks = [max(0, wish - width) for wish, width in zip(wanted, found, strict=False)]
    given = min(1.0, max(0, room - sum(found)) / max(1, sum(lacks)))
    found = [width + int(lack * given) for width, lack in zip(found, lacks, strict=True)]
    free = [0 if place in chosen else width for place, width in enumerate(found)]
    over, whole = max(0, room - sum(found)), max(1, sum(free))
    return [width + int(over * part / whole) for width, part in zip(found, free, strict=True)]
