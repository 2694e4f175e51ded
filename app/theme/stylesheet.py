"""Qt's style sheet from the tokens: `resources/themes/console.qss` with every `{{name}}` filled in."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication

from app.system.folders import RESOURCES
from app.theme import icons
from app.theme.contrast import mixed
from app.theme.tokens import Tokens

TEMPLATE: Final = RESOURCES / "themes" / "console.qss"
_NAME: Final = re.compile(r"\{\{(\w+)\}\}")
# A style sheet takes pictures from files only: these are drawn into the user's folder in the theme's colours.
_DRAWN: Final = {"check": "on_accent", "chevron-down": "muted", "chevron-left": "muted", "chevron-right": "muted"}


def stylesheet(tokens: Tokens, drawings: Path) -> str:
    """Return the style sheet of a theme. Raises KeyError for a name that is no token."""
    draw(tokens, drawings)
    is_rtl = QGuiApplication.isRightToLeft()
    values = asdict(tokens) | {
        "disabled": mixed(tokens.text, tokens.surface, 0.55),
        "accent_hover": mixed(tokens.accent, tokens.text, 0.12),
        "icons": drawings.as_posix(),
        "corner": max(0, tokens.radius - 2),
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
    }
    return _NAME.sub(lambda found: str(values[found[1]]), TEMPLATE.read_text(encoding="utf-8"))


def draw(tokens: Tokens, folder: Path) -> None:
    """Write the few drawings that the style sheet names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, token in _DRAWN.items():
        drawing = icons.drawing(name).replace("currentColor", getattr(tokens, token))
        (folder / f"{name}.{tokens.name}.svg").write_text(drawing, encoding="utf-8")
