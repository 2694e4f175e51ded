"""How a cell is painted: a text, an id in the code font, a number at the column's end, or a pill whose dot and word tell the same."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import fonts
from app.theme.look import Look
from app.theme.roles import CellRole

ROW_PIXELS: Final = 36
EDGE: Final = 10
_PILL: Final = 20  # pixels high
_DOT: Final = 6
_START: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
_END: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing


class CellPainter(QStyledItemDelegate):
    """Paints one cell; `hovered` is the row below the pointer."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._code = fonts.code()
        self._body = fonts.body()
        self._name = fonts.emphasised(weight=QFont.Weight.Medium)
        self._pill = fonts.emphasised(12, QFont.Weight.Medium)
        self.hovered = -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the ground, then the words."""
        tokens = self._look.tokens
        area: QRect = option.rect
        painter.setLayoutDirection(option.direction)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.accent_soft))
        elif index.row() == self.hovered:
            painter.fillRect(area, QColor(tokens.hover))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(tokens.border))
        inner = area.adjusted(EDGE, 0, -EDGE, 0)
        text = str(index.data() or "")
        tone = index.data(CellRole.TONE)
        if tone:
            self._paint_pill(painter, inner, text, str(tone))
        else:
            painter.setPen(QColor(tokens.muted if index.data(CellRole.DIM) else tokens.text))
            self._write(painter, inner, text, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Return the one height of all rows."""
        return QSize(80, ROW_PIXELS)

    def _write(self, painter: QPainter, area: QRect, text: str, index: QModelIndex | QPersistentModelIndex) -> None:
        """Write a text; of an id or an address the middle is left out, because its ends tell it from others."""
        is_code = bool(index.data(CellRole.CODE))
        painter.setFont(self._code if is_code else self._body if index.column() else self._name)
        direction = painter.layoutDirection()
        start = _START
        if is_code and direction == Qt.LayoutDirection.RightToLeft:
            # An id reads from left to right in every language, and stands where its column begins.
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            start = _END
        elide = Qt.TextElideMode.ElideMiddle if is_code else Qt.TextElideMode.ElideRight
        shown = painter.fontMetrics().elidedText(text, elide, area.width())
        painter.drawText(area, (_END if index.data(CellRole.NUMBER) else start) | Qt.TextFlag.TextSingleLine, shown)
        painter.setLayoutDirection(direction)

    def _paint_pill(self, painter: QPainter, area: QRect, text: str, tone: str) -> None:
        painter.setFont(self._pill)
        metrics, dot = painter.fontMetrics(), 0 if tone == "calm" or text.isdecimal() else _DOT + 5
        width = min(metrics.horizontalAdvance(text) + dot + 18, area.width())
        is_rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ground = QRectF(area.right() - width if is_rtl else area.left(), area.center().y() - _PILL / 2 + 0.5, width, _PILL)
        words, colour = ground.adjusted(9, 0, -9, 0), QColor(getattr(self._look.tokens, tone))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._look.tokens, f"{tone}_soft")))
        painter.drawRoundedRect(ground, _PILL / 2, _PILL / 2)
        if dot:
            painter.setBrush(colour)
            painter.drawEllipse(QRectF(words.right() - _DOT if is_rtl else words.left(), ground.center().y() - _DOT / 2, _DOT, _DOT))
            words.adjust(0 if is_rtl else dot, 0, -dot if is_rtl else 0, 0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(colour)
        painter.drawText(words, _START | Qt.TextFlag.TextSingleLine, metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(words.width()) + 1))
