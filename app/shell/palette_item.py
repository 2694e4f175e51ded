"""How a line of the palette is painted: its drawing, what it does, where it leads, and its keys at the end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import fonts
from app.theme.look import Look

LINE_PIXELS: Final = 36
DETAIL: Final = Qt.ItemDataRole.UserRole + 1
KEYS: Final = Qt.ItemDataRole.UserRole + 2
_EDGE: Final = 10
_ICON: Final = 18
_START: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
_END: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing


class PaletteItem(QStyledItemDelegate):
    """Paints one line."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._title, self._detail, self._keys = fonts.body(), fonts.sized(12), fonts.code(11)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the ground, the drawing, then the words from both ends."""
        tokens, area = self._look.tokens, option.rect.adjusted(2, 1, -2, -1)
        painter.setLayoutDirection(option.direction)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(area, tokens.radius - 2, tokens.radius - 2)
        is_rtl = option.direction == Qt.LayoutDirection.RightToLeft
        inner = area.adjusted(_EDGE, 0, -_EDGE, 0)
        icon: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        icon.paint(painter, QRect(inner.right() - _ICON if is_rtl else inner.left(), inner.center().y() - _ICON // 2 + 1, _ICON, _ICON))
        room = inner.adjusted(0 if is_rtl else _ICON + _EDGE, 0, -_ICON - _EDGE if is_rtl else 0, 0)
        painter.setFont(self._title)
        painter.setPen(QColor(tokens.text))
        painter.drawText(room, _START, str(index.data(Qt.ItemDataRole.DisplayRole)))
        taken = painter.fontMetrics().horizontalAdvance(str(index.data(Qt.ItemDataRole.DisplayRole))) + _EDGE
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._detail)
        painter.drawText(room.adjusted(0 if is_rtl else taken, 0, -taken if is_rtl else 0, 0), _START, str(index.data(DETAIL) or ""))
        painter.setFont(self._keys)
        painter.drawText(room, _END, str(index.data(KEYS) or ""))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Return the one height of all lines."""
        return QSize(0, LINE_PIXELS)
