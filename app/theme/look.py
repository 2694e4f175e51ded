"""The theme in force: applies it to the application, follows the system where it says something, and tells who paints by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.theme import fonts, icons, wardrobe
from app.theme.brand import Brand
from app.theme.palette import palette
from app.theme.stylesheet import stylesheet
from app.theme.tokens import DARK, LIGHT, THEMES, Tokens, branded

SYSTEM: Final = "system"


class Look(QObject):
    """What the console looks like now; `changed` is for whatever holds a painted colour."""

    changed = Signal()

    def __init__(self, application: QApplication, drawings: Path, choice: str = SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._drawings = drawings
        self._brand = Brand()
        self.choice = choice
        self.tokens = LIGHT
        fonts.install()
        application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(fonts.body(fonts.TEXT))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.apply)
        self.apply()

    def choose(self, choice: str) -> None:
        """Take the light, the dark or the system's theme."""
        self.choice = choice
        self.apply()

    def wear(self, brand: Brand) -> None:
        """Take a partner's brand."""
        self._brand = brand
        if brand.font and brand.folder:
            for path in sorted(brand.folder.glob("*.[ot]tf")):
                QFontDatabase.addApplicationFont(str(path))
        self._application.setFont(fonts.body(brand.font or fonts.TEXT))
        self.apply()

    def apply(self) -> None:
        """Give every window the theme that is due now."""
        tokens = THEMES.get(self.choice) or _of_the_system()
        if self._brand.accent:
            tokens = branded(tokens, self._brand.accent, self._brand.radius)
        self.tokens = tokens
        self._application.setPalette(palette(tokens))
        wardrobe.wear(self._application, stylesheet(tokens, self._drawings))
        self.changed.emit()

    def mark(self) -> QIcon:
        """Return the sign of the product, or of the partner whose brand it carries."""
        return QIcon(str(self._brand.logo)) if self._brand.logo else icons.emblem("brand", self.tokens.accent_text)

    def icon(self, name: str, tint: str = "muted", active: str | None = None, margin: int = 0) -> QIcon:
        """Return an icon in a token's colour."""
        return icons.icon(name, getattr(self.tokens, tint), getattr(self.tokens, active) if active else None, margin)

    def drawing(self, name: str, size: int, tint: str = "muted") -> QPixmap:
        """Return a drawing in a token's colour, sharp on the sharpest screen there is."""
        return icons.pixmap(name, getattr(self.tokens, tint), size, self._application.devicePixelRatio())


def _of_the_system() -> Tokens:
    return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
