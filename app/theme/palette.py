"""Qt's palette from the tokens: every role is set, because a role left out would be taken from the desktop's own theme."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QPalette

from app.theme.contrast import mixed
from app.theme.tokens import Tokens

_Role = QPalette.ColorRole
ROLES: Final = {
    _Role.Window: "window",
    _Role.WindowText: "text",
    _Role.Base: "surface",
    _Role.AlternateBase: "sunken",
    _Role.ToolTipBase: "raised",
    _Role.ToolTipText: "text",
    _Role.PlaceholderText: "muted",
    _Role.Text: "text",
    _Role.Button: "raised",
    _Role.ButtonText: "text",
    _Role.BrightText: "on_danger",
    _Role.Light: "raised",
    _Role.Midlight: "hover",
    _Role.Mid: "border",
    _Role.Dark: "border_strong",
    _Role.Shadow: "border_strong",
    _Role.Highlight: "accent",
    _Role.HighlightedText: "on_accent",
    _Role.Link: "accent_text",
    _Role.LinkVisited: "accent_text",
    _Role.Accent: "accent",
}


def palette(tokens: Tokens) -> QPalette:
    """Return the palette of a theme; what is disabled is half as strong."""
    found = QPalette()
    for role, name in ROLES.items():
        colour = getattr(tokens, name)
        found.setColor(role, QColor(colour))
        if role in {_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.PlaceholderText}:
            found.setColor(QPalette.ColorGroup.Disabled, role, QColor(mixed(colour, tokens.surface, 0.5)))
    return found
