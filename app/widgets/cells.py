"""How a cell is painted: a text, an id in the code font, a number at the column's end, or a pill whose dot and word tell the same.

Words that were laid out once are painted again as they are: a frame has hundreds of them.
"""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import fonts
from app.theme.look import Look
from app.theme.roles import CellRole
from app.theme.tokens import Tokens

ROW_PIXELS: Final = 36
EDGE: Final = 10
_PILL: Final = 20  # pixels high
_INSIDE: Final = 9  # pixels between a pill's edge and what is in it
_DOT: Final = 6
_GAP: Final = 5
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

    @property
    def number(self) -> bool:
        """Whether it stands at the column's end, so that digits stand below digits."""


class _Inks:
    """The colours of a theme, made once."""

    def __init__(self, tokens: Tokens) -> None:
        self.text, self.muted, self.border = (QColor(name) for name in (tokens.text, tokens.muted, tokens.border))
        self.chosen, self.hovered = QColor(tokens.accent_soft), QColor(tokens.hover)
        self.tones = {tone: (QColor(getattr(tokens, f"{tone}_soft")), QColor(getattr(tokens, tone))) for tone in _TONES}


class CellPainter(QStyledItemDelegate):
    """Paints one cell; `hovered` is the row below the pointer."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._code, self._body = fonts.code(), fonts.body()
        self._name, self._pill = fonts.emphasised(weight=QFont.Weight.Medium), fonts.emphasised(12, QFont.Weight.Medium)
        self._laid_out: dict[tuple[str, int, str], QStaticText] = {}
        self._inks = _Inks(look.tokens)
        self.hovered = -1
        look.changed.connect(self._renew)

    def _renew(self) -> None:
        self._inks = _Inks(self._look.tokens)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the ground, then the words."""
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self._inks.chosen)
        elif index.row() == self.hovered:
            painter.fillRect(area, self._inks.hovered)
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), self._inks.border)
        cell: Painted | None = index.data(CellRole.CELL)
        if cell is None:
            return
        inner, is_rtl = QRectF(area.adjusted(EDGE, 0, -EDGE, 0)), option.direction == Qt.LayoutDirection.RightToLeft
        if cell.tone:
            self._paint_pill(painter, inner, cell.text, cell.tone, is_rtl=is_rtl)
            return
        font = self._code if cell.code else self._body if index.column() else self._name
        painter.setPen(self._inks.muted if cell.dim else self._inks.text)
        self._write(painter, inner, cell.text, font, at_right=cell.number != is_rtl)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Return the one height of all rows."""
        return QSize(80, ROW_PIXELS)

    def _write(self, painter: QPainter, area: QRectF, text: str, font: QFont, *, at_right: bool) -> None:
        painter.setFont(font)
        words = self._words(text, int(area.width()), font, painter.fontMetrics())
        size = words.size()
        painter.drawStaticText(QPointF(area.right() - size.width() if at_right else area.left(), area.center().y() - size.height() / 2), words)

    def _words(self, text: str, width: int, font: QFont, metrics: QFontMetrics) -> QStaticText:
        """Return a text laid out. Of an id the middle is left out, because its ends tell it from others; it reads from left to right everywhere."""
        key = (text, width, font.key())
        found = self._laid_out.get(key)
        if found is None:
            if len(self._laid_out) >= _KEPT:
                self._laid_out.clear()
            is_code = font is self._code
            elide = Qt.TextElideMode.ElideMiddle if is_code else Qt.TextElideMode.ElideRight
            found = self._laid_out[key] = QStaticText(metrics.elidedText(text, elide, width))
            found.setTextFormat(Qt.TextFormat.PlainText)
            option = QTextOption()
            option.setTextDirection(Qt.LayoutDirection.LeftToRight if is_code else Qt.LayoutDirection.LayoutDirectionAuto)
            found.setTextOption(option)
        return found

    def _paint_pill(self, painter: QPainter, area: QRectF, text: str, tone: str, *, is_rtl: bool) -> None:
        soft, strong = self._inks.tones[tone]
        # A number, and a mere kind of thing, say by themselves what they are.
        dot = 0 if tone == "calm" or text.isdecimal() else _DOT + _GAP
        painter.setFont(self._pill)
        width = min(painter.fontMetrics().horizontalAdvance(text) + dot + 2 * _INSIDE, area.width())
        ground = QRectF(area.right() - width if is_rtl else area.left(), area.center().y() - _PILL / 2, width, _PILL)
        words = ground.adjusted(_INSIDE, 0, -_INSIDE, 0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(ground, _PILL / 2, _PILL / 2)
        if dot:
            painter.setBrush(strong)
            painter.drawEllipse(QRectF(words.right() - _DOT if is_rtl else words.left(), ground.center().y() - _DOT / 2, _DOT, _DOT))
            words.adjust(0 if is_rtl else dot, 0, -dot if is_rtl else 0, 0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(strong)
        self._write(painter, words.adjusted(0, 0, 1, 0), text, self._pill, at_right=is_rtl)
