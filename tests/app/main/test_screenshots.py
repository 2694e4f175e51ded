"""Pictures: one for every page, in both themes, each with something on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.main import screenshots
from app.main.demonstration import Demonstration
from app.pages.table import PAGES
from app.shell.window import Window


@pytest.mark.criterion("desktop-19")
def test_every_page_is_painted_in_both_themes(
    qtbot: QtBot, window: Window, demonstration: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SETTLE_MS", 20), ("READINGS", 3), ("READING_MS", 20)):
        monkeypatch.setattr(screenshots, name, value)
    found = list(screenshots.pictures(window, demonstration, tmp_path))
    names = {path.name for path in found}
    views = [f"{page.key}-{place}" for page in PAGES for place in range(len(page.views))]
    assert {f"{name}.{theme}.png" for name in ("sign-in", *views) for theme in screenshots.THEMES} <= names
    images = {path.name: QImage(str(path)) for path in found}
    assert [name for name, image in images.items() if image.isNull() or image.width() < 1000] == []
    assert images["overview-0.light.png"].pixelColor(600, 780).lightness() > 200
    assert images["overview-0.dark.png"].pixelColor(600, 780).lightness() < 60
