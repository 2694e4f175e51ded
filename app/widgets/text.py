"""Labels in the roles that the style sheet knows, and a few words about layouts."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

CODE_ROLES: Final = frozenset({"code", "id"})


def label(text: str, role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label; its text is shown as it is, never read as markup."""
    found = QLabel(text)
    found.setTextFormat(Qt.TextFormat.PlainText)
    found.setWordWrap(wrap)
    if role:
        found.setProperty("role", role)
    if role in CODE_ROLES:
        found.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # an id reads so in every language
    if QGuiApplication.isRightToLeft():
        # Qt would put a text in Latin letters on the left, away from those around it.
        found.setAlignment(Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if selectable:
        found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return found


def pill(text: str, tone: str = "calm") -> QLabel:
    """Return a small rounded label in a tone."""
    found = label(text)
    found.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    set_tone(found, tone)
    return found


def set_tone(widget: QLabel, tone: str) -> None:
    """Give a pill another tone."""
    if widget.property("pill") != tone:
        widget.setProperty("pill", tone)
        polish(widget)


def polish(widget: QWidget) -> None:
    """Have the style sheet look at a widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def rule() -> QFrame:
    """Return a thin line."""
    found = QFrame()
    found.setProperty("role", "rule")
    found.setFixedHeight(1)
    return found


def scrolling(content: QWidget) -> QScrollArea:
    """Return an area without a frame that a widget is scrolled in; Tab goes to what is inside, and not to the area."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def frame(role: str, layout: QLayout | None = None) -> QFrame:
    """Return a frame in a role, with a layout in it."""
    found = QFrame()
    found.setProperty("role", role)
    if layout is not None:
        found.setLayout(layout)
    return found


def row(*parts: QWidget | QLayout | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8) -> QHBoxLayout:
    """Return parts beside one another; a number is a gap, None takes the room that is left."""
    found = QHBoxLayout()
    _fill(found, parts, margins, spacing)
    return found


def column(*parts: QWidget | QLayout | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8) -> QVBoxLayout:
    """Return parts below one another; a number is a gap, None takes the room that is left."""
    found = QVBoxLayout()
    _fill(found, parts, margins, spacing)
    return found


def _fill(
    box: QHBoxLayout | QVBoxLayout, parts: tuple[QWidget | QLayout | int | None, ...], margins: tuple[int, int, int, int], spacing: int
) -> None:
    box.setContentsMargins(*margins)
    box.setSpacing(spacing)
    for part in parts:
        if part is None:
            box.addStretch(1)
        elif isinstance(part, int):
            box.addSpacing(part)
        elif isinstance(part, QWidget):
            box.addWidget(part)
        else:
            box.addLayout(part)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
        elif inner := item.layout():
            clear(inner)
