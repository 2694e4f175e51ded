"""The table: fixed row heights, no vertical header, nothing that ever measures all rows; pills and ids are painted, not widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.theme import fonts
from app.theme.look import Look
from app.theme.roles import CellRole

ROW_PIXELS: Final = 38
NARROWEST: Final = 0.8  # of the widths that a page asks for
_EDGE: Final = 8


class CellPainter(QStyledItemDelegate):
    """Paints one cell: text, an id in the code font, or a pill."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._code = fonts.code()
        self._body = fonts.body()
        self._pill = fonts.body()
        self._pill.setPixelSize(12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the ground, then the words."""
        tokens = self._look.tokens
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect
        if selected:
            painter.fillRect(area, QColor(tokens.accent_soft))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(tokens.border))
        tone = index.data(CellRole.TONE)
        inner = area.adjusted(_EDGE, 0, -_EDGE, 0)
        text = str(index.data() or "")
        if tone:
            self._paint_pill(painter, inner, text, str(tone))
            return
        painter.setFont(self._code if index.data(CellRole.CODE) else self._body)
        painter.setPen(QColor(tokens.muted if index.data(CellRole.DIM) else tokens.text))
        _write(painter, inner, text)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Return the one height of all rows."""
        return QSize(80, ROW_PIXELS)

    def _paint_pill(self, painter: QPainter, area: QRect, text: str, tone: str) -> None:
        painter.setFont(self._pill)
        metrics = painter.fontMetrics()
        width = min(metrics.horizontalAdvance(text) + 18, area.width())
        left = area.left() if painter.layoutDirection() == Qt.LayoutDirection.LeftToRight else area.right() - width
        ground = QRectF(left, area.center().y() - 10, width, 21)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._look.tokens, f"{tone}_soft")))
        painter.drawRoundedRect(ground, 10, 10)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QColor(getattr(self._look.tokens, tone)))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 14)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, shown)


def _write(painter: QPainter, area: QRect, text: str) -> None:
    metrics: QFontMetrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextSingleLine, shown)


class Table(QTableView):
    """A table; `opened` carries the place of a row that was activated by mouse or keyboard."""

    opened = Signal(int)

    def __init__(self, look: Look, model: QAbstractTableModel, widths: Sequence[int], name: str) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self._widths = tuple(widths)
        self.setItemDelegate(CellPainter(look))
        self._shape()
        look.changed.connect(self.viewport().update)
        self.clicked.connect(self._click)

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns share the width there is; where it is far too small, they are scrolled."""
        super().resizeEvent(event)
        share = max(self.viewport().width() / max(1, sum(self._widths)), NARROWEST)
        for place, width in enumerate(self._widths):
            self.horizontalHeader().resizeSection(place, int(width * share))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row by Return."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def chosen(self) -> list[int]:
        """Return the places of the selected rows, from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())
