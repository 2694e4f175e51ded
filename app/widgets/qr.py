"""A text as a QR code: dark on light in every theme, because scanners expect it so, with the quiet zone that they need around it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

QUIET: Final = 4  # modules around the code, by ISO/IEC 18004
MODULE: Final = 4  # logical pixels, at least


def modules(text: str) -> list[list[bool]]:
    """Return the rows of a code, dark modules true; a seventh of it may be unreadable (level M)."""
    # Here, because it takes a tenth of a second and few ever need it.
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    return [[bool(dark) for dark in row] for row in code.modules]


def picture(text: str, ratio: float = 1.0) -> QPixmap:
    """Return the code as a picture for a screen of this many device pixels to a logical one."""
    rows = modules(text)
    side = (len(rows) + 2 * QUIET) * MODULE
    found = QPixmap(round(side * ratio), round(side * ratio))
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.white)
    painter = QPainter(found)
    for top, row in enumerate(rows):
        for left, dark in enumerate(row):
            if dark:
                painter.fillRect(QRectF((left + QUIET) * MODULE, (top + QUIET) * MODULE, MODULE, MODULE), QColor("#000000"))
    painter.end()
    return found
