"""Charts painted by hand: as many lines as there are pixels to tell apart, without antialiased polygons, so that a redraw costs under 4 ms."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.system.languages import tr
from app.system.locales import number
from app.theme import fonts
from app.theme.contrast import mixed
from app.theme.fonts import BODY_PIXELS
from app.theme.look import Look
from app.widgets.text import column, frame, label, polish, row

LEFT: Final = 48
GAP: Final = 12  # pixels between a word of the scale and its line
BOTTOM: Final = 24
TOP: Final = 8
_LINES: Final = 4
_WORDS: Final = 11  # pixels
_FAINT: Final = 0.87  # how much of the card is in the colour below a line
# A chart's time runs from left to right in every language.
_AT_LEFT: Final = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_AT_RIGHT: Final = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Series = Sequence[float]


class LineChart(QWidget):
    """Some series over the same time; the newest value is at the right."""

    def __init__(
        self,
        look: Look,
        name: str,
        keep: int = 120,
        show: Callable[[float], str] = number,
        colours: Sequence[int] = (0, 1, 2, 3, 4),
    ) -> None:
        super().__init__()
        # What stands below the oldest and the newest value, and what stands where there is none.
        self.span = ("", "")
        self.void = tr("Nothing was measured yet.")
        self._colours = tuple(colours)
        self._look = look
        self._show = show
        self.keep = keep
        self.series: list[deque[float]] = []
        self.setAccessibleName(name)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def add(self, *values: float) -> None:
        """Add one value to each series."""
        while len(self.series) < len(values):
            self.series.append(deque(maxlen=self.keep))
        for series, value in zip(self.series, values, strict=False):
            series.append(value)
        self.setAccessibleDescription(", ".join(self._show(value) for value in values))
        self.update()

    def fill(self, *series: Series) -> None:
        """Show these series."""
        self.series = [deque(values, maxlen=max(self.keep, len(values))) for values in series]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        """Paint the grid, then the lines."""
        # Ended here, not when nobody refers to it any more: a stack that is written down keeps this frame, and so the painter, alive.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if not any(self.series):
            painter.setFont(fonts.sized(BODY_PIXELS))
            painter.setPen(QColor(self._look.tokens.muted))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.void)
            return
        top = ceiling(max(max(series, default=0.0) for series in self.series))
        left = self._left(top)
        area = QRectF(left, TOP, max(1, self.width() - left - 8), max(1, self.height() - TOP - BOTTOM))
        colours = [self._look.tokens.series[self._colours[place % len(self._colours)]] for place in range(len(self.series))]
        lines = [self._points(area, top, series) for series in self.series]
        self._paint_ground(painter, area, lines[0], colours[0])
        self._paint_grid(painter, area, top)
        self._paint_span(painter, area)
        for points, colour in zip(lines, colours, strict=True):
            _paint_line(painter, points, colour)

    def _left(self, top: float) -> int:
        """Return where the lines begin: beside the longest word of the scale."""
        metrics = QFontMetrics(fonts.sized(_WORDS))
        return max(LEFT, *(metrics.horizontalAdvance(self._show(top * step / _LINES)) + GAP for step in range(0, _LINES + 1, 2)))

    def _paint_grid(self, painter: QPainter, area: QRectF, top: float) -> None:
        tokens = self._look.tokens
        painter.setFont(fonts.sized(_WORDS))
        told: set[str] = set()
        for step in range(_LINES + 1):
            height = area.bottom() - area.height() * step / _LINES
            painter.setPen(QPen(QColor(tokens.border), 0))
            painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))
            words = self._show(top * step / _LINES)
            if step % 2 == 0 and words not in told:
                told.add(words)
                painter.setPen(QColor(tokens.muted))
                painter.drawText(QRectF(0, height - 8, area.left() - 8, 16), _AT_RIGHT, words)

    def _paint_span(self, painter: QPainter, area: QRectF) -> None:
        """Say from when to when."""
        painter.setPen(QColor(self._look.tokens.muted))
        below = QRectF(area.left(), area.bottom() + 6, area.width(), 16)
        painter.drawText(below, _AT_LEFT, self.span[0])
        painter.drawText(below, _AT_RIGHT, self.span[1])

    def _points(self, area: QRectF, top: float, series: Series) -> list[QPointF]:
        """Return where the line of a series runs; nowhere, while there is only one value."""
        columns = condensed(series, max(2, int(area.width() // 2)))
        if len(columns) < 2:
            return []
        step = area.width() / (max(self.keep, len(series)) - 1 if len(series) < self.keep else len(columns) - 1)
        left, floor, scale = area.right() - (len(columns) - 1) * step, area.bottom(), area.height() / top
        return [QPointF(left + place * step, floor - value * scale) for place, value in enumerate(columns)]

    def _paint_ground(self, painter: QPainter, area: QRectF, points: Sequence[QPointF], colour: str) -> None:
        """Paint what lies below a line. Its colour is opaque, and so the grid comes after it: blending takes forty times as long."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mixed(colour, self._look.tokens.surface, _FAINT)))
        # Whole pixels: rectangles between them take four times as long.
        floor = round(area.bottom())
        edges = [(round(point.x()), round(point.y())) for point in points]
        painter.drawRects([QRect(left, top, right - left, floor - top) for (left, _), (right, top) in pairwise(edges)])


def _paint_line(painter: QPainter, points: Sequence[QPointF], colour: str) -> None:
    pen = QPen(QColor(colour), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawLines([QLineF(one, other) for one, other in pairwise(points)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def condensed(series: Series, columns: int) -> list[float]:
    """Return at most so many values, every peak among them: of each stretch the value furthest from the one before."""
    values = list(series)
    if len(values) <= columns:
        return values
    stretch = len(values) / columns
    found: list[float] = []
    for place in range(columns):
        part = values[int(place * stretch) : max(int((place + 1) * stretch), int(place * stretch) + 1)]
        low, high = min(part), max(part)
        before = found[-1] if found else low
        found.append(high if abs(high - before) >= abs(low - before) else low)
    return found


def ceiling(highest: float) -> float:
    """Return a round number at or above the highest value, for the upper edge."""
    if highest <= 0:
        return 1.0
    scale = 10.0 ** (len(str(int(highest))) - 1) if highest >= 1 else 0.1
    return next((factor * scale for factor in (1, 2, 4, 6, 8, 10) if factor * scale >= highest), 10 * scale)


class Figure(QWidget):
    """A card with one number, what it means, and a word on it; `chosen` is said where it leads somewhere."""

    chosen = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.number = label("—", "figure")
        self.note = label("", "caption", wrap=True)
        self._card = frame("card", column(label(title, "caption", wrap=True), self.number, self.note, None, margins=(16, 12, 16, 12), spacing=2))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setLayout(column(self._card))
        self.setAccessibleName(title)

    def lead(self, where: Callable[[], None]) -> None:
        """Let mouse and keyboard go from here to where the number comes from."""
        self.chosen.connect(where)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go there by Return or the space bar."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        self._mark(here=True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is elsewhere."""
        self._mark(here=False)
        super().focusOutEvent(event)

    def _mark(self, *, here: bool) -> None:
        self._card.setProperty("marked", here)
        polish(self._card)

    def show_number(self, text: str, note: str = "") -> None:
        """Show a number."""
        self.number.setText(text)
        self.note.setText(note)
        self.setAccessibleDescription(f"{text} {note}".strip())


class Mark(QWidget):
    """A dot in the colour of a series."""

    def __init__(self, look: Look, place: int) -> None:
        super().__init__()
        self._look = look
        self._place = place
        self.setFixedSize(8, 8)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is painted
        """Paint the dot."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._look.tokens.series[self._place]))
            painter.drawEllipse(self.rect())


def chart_card(title: str, chart: LineChart, legend: Sequence[tuple[str, int]] = (), look: Look | None = None) -> QWidget:
    """Return a chart in a card with a heading and, where there are several series, what each is."""
    marks: list[QHBoxLayout] = []
    for words, place in legend:
        marks.append(row(*([Mark(look, place)] if look else []), label(words, "caption"), spacing=6))
    return frame("card", column(row(label(title, "heading"), None, *marks, spacing=12), chart, margins=(16, 12, 12, 8), spacing=8))
