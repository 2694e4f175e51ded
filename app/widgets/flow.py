"""A layout that puts widgets beside one another as long as there is room, and then into the next line; from right to left where one reads so."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QLayoutItem


class Flow(QLayout):
    """Lines of widgets, each of the size it wants."""

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        """Return one of them."""
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        """Take one of them out."""
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Want no more room than is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Need more lines where there is less room."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high the lines are together."""
        return self._placed(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, room: QRect) -> None:
        """Place them."""
        super().setGeometry(room)
        self._placed(room, move=True)

    def sizeHint(self) -> QSize:
        """Return what the widest of them needs."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return what the widest of them needs."""
        found = QSize(0, 0)
        for item in self._items:
            found = found.expandedTo(item.minimumSize())
        return found

    def _placed(self, room: QRect, *, move: bool) -> int:
        """Go through the lines, and return how high they are together."""
        x, y, line = 0, 0, 0
        for item in self._items:
            if item.isEmpty():
                continue
            wanted = item.sizeHint()
            if x and x + wanted.width() > room.width():
                x, y, line = 0, y + line + self.spacing(), 0
            if move:
                left = room.right() + 1 - x - wanted.width() if QGuiApplication.isRightToLeft() else room.left() + x
                item.setGeometry(QRect(QPoint(left, room.top() + y), wanted))
            x, line = x + wanted.width() + self.spacing(), max(line, wanted.height())
        return y + line
