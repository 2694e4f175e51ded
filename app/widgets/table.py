"""The table: fixed row heights, no vertical header, nothing that ever measures all rows; pills and ids are painted, not widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QResizeEvent, QStaticText
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.theme import fonts
from app.theme.look import Look
from app.theme.roles import CellRole
from app.theme.tokens import Tokens

ROW_PIXELS: Final = 38
NARROWEST: Final = 0.8  # of the widths that a page asks for
_EDGE: Final = 8
_KEPT: Final = 4000  # words that are kept laid out
_TONES: Final = ("ok", "warning", "danger", "calm")


class Painted(Protocol):
    """What a model answers of a cell."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def tone(self) -> str | None:
        """The tone of a pill, None for plain words."""

    @property
    def code(self) -> bool:
        """Whether it is an id or an address."""

    @property
    def dim(self) -> bool:
        """Whether it is less important."""


class _Inks:
    """The colours of a theme, made once."""

    def __init__(self, tokens: Tokens) -> None:
        self.text, self.muted, self.border, self.chosen = (QColor(name) for name in (tokens.text, tokens.muted, tokens.border, tokens.accent_soft))
        self.tones = {tone: (QColor(getattr(tokens, f"{tone}_soft")), QColor(getattr(tokens, tone))) for tone in _TONES}


class CellPainter(QStyledItemDelegate):
    """Paints one cell: text, an id in the code font, or a pill. Words that were laid out once are painted again as they are."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._body, self._code, self._pill = fonts.body(), fonts.code(), fonts.body()
        self._pill.setPixelSize(12)
        self._laid_out: dict[tuple[str, int, bool], QStaticText] = {}
        self._inks = _Inks(look.tokens)
        look.changed.connect(self._renew)

    def _renew(self) -> None:
        self._inks = _Inks(self._look.tokens)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the ground, then the words."""
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self._inks.chosen)
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), self._inks.border)
        cell: Painted | None = index.data(CellRole.CELL)
        if cell is None:
            return
        inner = area.adjusted(_EDGE, 0, -_EDGE, 0)
        if cell.tone:
            self._paint_pill(painter, inner, cell.text, cell.tone)
            return
        painter.setFont(self._code if cell.code else self._body)
        painter.setPen(self._inks.muted if cell.dim else self._inks.text)
        words = self._words(cell.text, inner.width(), cell.code, painter.fontMetrics())
        size = words.size()
        left = inner.left() if painter.layoutDirection() == Qt.LayoutDirection.LeftToRight else inner.right() - size.width()
        painter.drawStaticText(QPointF(left, inner.top() + (inner.height() - size.height()) / 2), words)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Return the one height of all rows."""
        return QSize(80, ROW_PIXELS)

    def _words(self, text: str, width: int, code: bool, metrics: QFontMetrics) -> QStaticText:  # noqa: FBT001 - a part of the key
        key = (text, width, code)
        found = self._laid_out.get(key)
        if found is None:
            if len(self._laid_out) >= _KEPT:
                self._laid_out.clear()
            found = QStaticText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))
            found.setTextFormat(Qt.TextFormat.PlainText)
            self._laid_out[key] = found
        return found

    def _paint_pill(self, painter: QPainter, area: QRect, text: str, tone: str) -> None:
        painter.setFont(self._pill)
        metrics = painter.fontMetrics()
        soft, strong = self._inks.tones[tone]
        width = min(metrics.horizontalAdvance(text) + 18, area.width())
        left = area.left() if painter.layoutDirection() == Qt.LayoutDirection.LeftToRight else area.right() - width
        ground = QRectF(left, area.center().y() - 10, width, 21)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(ground, 10, 10)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(strong)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 14)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, shown)


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
