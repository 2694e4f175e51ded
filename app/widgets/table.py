"""The table: fixed row heights, no vertical header, nothing that ever measures all rows; pills and ids are painted, not widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.theme.look import Look
from app.theme.roles import CellRole
from app.widgets.cells import ROW_PIXELS, CellPainter

FEWEST: Final = 2  # columns are always shown; those after them go when there is no room


class Table(QTableView):
    """A table; `opened` carries the place of a row that was activated by mouse or keyboard."""

    opened = Signal(int)

    def __init__(self, look: Look, model: QAbstractTableModel, widths: Sequence[int], name: str) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self._widths = tuple(widths)
        self._painter = CellPainter(look, self)
        self.setItemDelegate(self._painter)
        self._shape()
        look.changed.connect(self.viewport().update)
        self.clicked.connect(self._click)
        model.rowsInserted.connect(self._keep_place)

    def widen(self, widths: Sequence[int]) -> None:
        """Take the widths of other columns."""
        self._widths = tuple(widths)
        self._share()

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
        """Let the columns share the width there is; the last ones go where it is too small, and are read beside the row."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        least = [self._least(place) for place in range(len(self._widths))]
        shares = shared(least, self._widths, self.viewport().width())
        for place in range(len(least)):
            self.setColumnHidden(place, place >= len(shares))
        for place, share in enumerate(shares):
            self.horizontalHeader().resizeSection(place, share)

    def _least(self, place: int) -> int:
        header = self.horizontalHeader()
        return max(int(self.model().headerData(place, Qt.Orientation.Horizontal, CellRole.LEAST) or 0), header.sectionSizeHint(place))

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


def shared(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """Return how wide each column is that fits: first all get what they need, then what they want, and then what is left."""
    shown = len(least)
    while shown > FEWEST and sum(least[:shown]) > room:
        shown -= 1
    found = list(least[:shown])
    lacks = [max(0, wish - width) for wish, width in zip(wanted, found, strict=False)]
    given = min(1.0, max(0, room - sum(found)) / max(1, sum(lacks)))
    found = [width + int(lack * given) for width, lack in zip(found, lacks, strict=True)]
    over, whole = max(0, room - sum(found)), max(1, sum(found))
    return [width + int(over * width / whole) for width in found]
