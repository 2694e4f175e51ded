"""What a table model answers beside Qt's own roles; models give it, delegates paint it, and neither knows the other."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt


class CellRole(IntEnum):
    """Roles of a cell."""

    TONE = Qt.ItemDataRole.UserRole + 1  # "ok", "warning", "danger" or "calm": paint a pill
    CODE = Qt.ItemDataRole.UserRole + 2  # True: an id or an address
    ROW = Qt.ItemDataRole.UserRole + 3  # the whole row, or None while it is on its way
    DIM = Qt.ItemDataRole.UserRole + 4  # True: less important
    RIGID = Qt.ItemDataRole.UserRole + 6  # of a header, True: what stands below it is told whole or not at all
    NUMBER = Qt.ItemDataRole.UserRole + 5  # True: stands at the column's end, so that digits stand below digits
