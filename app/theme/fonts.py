"""The bundled typefaces, and the sizes the console is set in; scripts they do not have are left to the system's fonts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from app.system.folders import RESOURCES

TEXT: Final = "Inter"
CODE: Final = "JetBrains Mono"
BODY_PIXELS: Final = 13
FILES: Final = ("Inter.ttf", "JetBrainsMono.ttf")


@cache
def install(folder: Path = RESOURCES / "fonts") -> None:
    """Make the bundled typefaces known to Qt, once: each further time would make every look-up of a font slower."""
    for name in FILES:
        QFontDatabase.addApplicationFont(str(folder / name))


def body(family: str = "") -> QFont:
    """Return the font of everything that says nothing else: a brand's own where one is worn."""
    font = QFont([family, TEXT, "Noto Sans", "DejaVu Sans"]) if family else QFont(QGuiApplication.font())
    font.setPixelSize(BODY_PIXELS)
    return font


def sized(pixels: int) -> QFont:
    """Return the body's font in another size."""
    font = body()
    font.setPixelSize(pixels)
    return font


def code(pixels: int = BODY_PIXELS - 1) -> QFont:
    """Return the font of ids, addresses and documents."""
    font = QFont([CODE, "DejaVu Sans Mono"])
    font.setPixelSize(pixels)
    return font


def emphasised(pixels: int = BODY_PIXELS, weight: QFont.Weight = QFont.Weight.DemiBold) -> QFont:
    """Return a heavier font of the body's family."""
    font = body()
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font
