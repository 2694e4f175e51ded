"""Tells what is new: once by itself after an upgrade, and whenever it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.system import locales
from app.system.languages import tr
from app.system.news import News
from app.widgets.dialogs import Dialog
from app.widgets.text import column, label, scrolling

HIGHEST = 420


class NewsDialog(Dialog):
    """The window."""

    def __init__(self, parent: QWidget, news: Sequence[News]) -> None:
        super().__init__(parent, tr("What is new"), act=tr("Close"), width=520)
        self.leave.hide()
        flow = QWidget()
        flow.setObjectName("flow")
        flow.setLayout(column(*(_told(one) for one in news), None, spacing=16))
        area = scrolling(flow)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # there is nothing inside to go to, and it is read by the arrow keys
        area.setAccessibleName(tr("What is new"))
        area.setMinimumHeight(min(HIGHEST, flow.sizeHint().height() + 8))
        self.body.addWidget(area)


def _told(one: News) -> QWidget:
    found = QWidget()
    day = label(locales.day(one.day), "caption")
    found.setLayout(column(day, label(tr(one.title), "heading", wrap=True), label(tr(one.about), wrap=True), spacing=2))
    return found
