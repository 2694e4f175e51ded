"""What a table model answers beside Qt's own roles; models give it, delegates paint it, and neither knows the other."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt


class CellRole(IntEnum):
    """Roles of a cell."""

    CELL = Qt.ItemDataRole.UserRole + 1  # everything that a delegate paints of it, in one answer
    LEAST = Qt.ItemDataRole.UserRole + 3  # of a header: how many pixels the column needs at least
    ROW = Qt.ItemDataRole.UserRole + 2  # the whole row, or None while it is on its way
