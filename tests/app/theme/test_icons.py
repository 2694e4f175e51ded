"""Icons: each is there, takes its colour, and is sharp at twice the scale."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.pages.specs import ListView
from app.pages.table import PAGES
from app.theme import icons


def test_every_icon_that_is_named_is_drawn() -> None:
    named = set(
        re.findall(r'(?:icon|mark|_button|tint)\("([a-z-]+)"', "".join(path.read_text(encoding="utf-8") for path in Path("app").rglob("*.py")))
    )
    views = [view for page in PAGES for view in page.views if isinstance(view, ListView)]
    named |= {page.icon for page in PAGES} | {action.icon for view in views for action in view.actions}
    named |= {view.create.icon for view in views if view.create}
    assert [name for name in named if not (icons.FOLDER / f"{name}.svg").exists()] == []


def test_a_drawing_is_painted_in_its_colour_and_sharp(qapp: QApplication) -> None:
    found = icons.pixmap("plus", "#ff0000", 18, 2.0)
    image = found.toImage()
    assert (found.width(), found.devicePixelRatio()) == (36, 2.0)
    assert image.pixelColor(18, 18) == QColor("#ff0000")
    assert image.pixelColor(0, 0).alpha() == 0
