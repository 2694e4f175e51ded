"""The rail: pages in their sections, one of them chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QWidget

from app.pages.specs import PageSpec
from app.system.languages import tr
from app.theme.icons import PIXELS
from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.text import column, label, row, scrolling

WIDTH = 216
GAP = 4  # pixels on both sides of an icon


class Rail(QFrame):
    """Goes to pages; `neared` says which one somebody is about to go to."""

    neared = Signal(str)

    def __init__(self, look: Look, pages: Sequence[PageSpec], go: Callable[[str], None], name: str) -> None:
        super().__init__()
        dress(self)
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._look = look
        self._pages = pages
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._mark = label("")
        parts: list[QWidget] = []
        section = ""
        for page in pages:
            if page.section != section:
                section = page.section
                parts.append(_overline(tr(section)))
            parts.append(self._button(page, go))
        flow = QWidget()
        flow.setObjectName("flow")
        flow.setLayout(column(*parts, None, margins=(12, 4, 12, 12), spacing=2))
        area = scrolling(flow)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = row(self._mark, label(name, "heading"), None, margins=(20, 16, 12, 8), spacing=10)
        self.setLayout(column(head, area, spacing=0))
        look.changed.connect(self._paint)
        self._paint()

    def _button(self, page: PageSpec, go: Callable[[str], None]) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "rail")
        button.setText(tr(page.label))
        button.setToolTip(tr(page.about))
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(PIXELS + 2 * GAP, PIXELS))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: go(page.key))
        button.setObjectName(page.key)
        button.installEventFilter(self)
        self._group.addButton(button)
        self.buttons[page.key] = button
        return button

    def choose(self, key: str) -> None:
        """Show which page is looked at."""
        self.buttons[key].setChecked(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the pointer, or the keyboard, on a button."""
        if event.type() in {QEvent.Type.Enter, QEvent.Type.FocusIn}:
            self.neared.emit(watched.objectName())
        return False

    def _paint(self) -> None:
        self._mark.setPixmap(self._look.mark().pixmap(24, 24))
        for page in self._pages:
            self.buttons[page.key].setIcon(self._look.icon(page.icon, "muted", "accent_text", GAP))


def _overline(text: str) -> QWidget:
    found = label(text.upper() if text.isascii() else text, "overline")
    found.setContentsMargins(8, 16, 8, 4)
    return found
