"""Icons: one drawing per name in `resources/icons`, painted in a token's colour and sharp at any scale."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.system.folders import RESOURCES

FOLDER: Final = RESOURCES / "icons"
PIXELS: Final = 18
EMBLEM_PIXELS: Final = (16, 24, 32, 48, 72, 128)


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = 18, ratio: float = 1.0, folder: Path = FOLDER) -> QPixmap:
    """Return a drawing in a colour; `size` is in logical pixels."""
    found = QPixmap(round(size * ratio), round(size * ratio))
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(drawing(name, folder).replace("currentColor", colour).encode()))
    painter = QPainter(found)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return found


@lru_cache(maxsize=512)
def icon(name: str, colour: str, active: str | None = None, margin: int = 0, folder: Path = FOLDER) -> QIcon:
    """Return an icon; `active` is its colour when it is chosen, `margin` the pixels beside it that keep words away."""
    found = QIcon()
    for ratio in (1.0, 2.0):
        found.addPixmap(_spaced(pixmap(name, colour, PIXELS, ratio, folder), margin))
        if active:
            found.addPixmap(_spaced(pixmap(name, active, PIXELS, ratio, folder), margin), QIcon.Mode.Normal, QIcon.State.On)
    return found


def emblem(name: str, colour: str, folder: Path = FOLDER) -> QIcon:
    """Return an icon for windows and trays, in every size that these ask for."""
    found = QIcon()
    for size in EMBLEM_PIXELS:
        found.addPixmap(pixmap(name, colour, size, 1.0, folder))
    return found


def _spaced(drawn: QPixmap, margin: int) -> QPixmap:
    if not margin:
        return drawn
    ratio = drawn.devicePixelRatio()
    found = QPixmap(drawn.width() + round(2 * margin * ratio), drawn.height())
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.transparent)
    painter = QPainter(found)
    painter.drawPixmap(margin, 0, drawn)
    painter.end()
    return found


def drawing(name: str, folder: Path = FOLDER) -> str:
    """Return the SVG of a name. Raises FileNotFoundError for one that is not drawn."""
    return (folder / f"{name}.svg").read_text(encoding="utf-8")
