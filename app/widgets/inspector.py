"""Looks into one thing: a tree of what it says, and texts beside it that can be copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QPushButton, QTabWidget, QTreeView, QWidget

from app.system.amounts import size
from app.system.languages import tr
from app.theme import fonts
from app.widgets.dialogs import Dialog
from app.widgets.text import column, label, row

SHOWN: Final = 100_000  # characters of a text that are laid out; more would hold the window up
LONGEST_LINE: Final = 2000  # characters after which a line goes on below: one of 100,000 takes twenty times as long to lay out as many
REFUSED: Final = 100_000_000  # characters from which on nothing is shown
Keep = Callable[[str, str], None]


def tree(model: QAbstractItemModel, name: str) -> QTreeView:
    """Return a tree of a document, its first level open."""
    found = QTreeView()
    model.setParent(found)
    found.setModel(model)
    found.setAccessibleName(name)
    found.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    found.setUniformRowHeights(True)
    found.setFont(fonts.code())
    found.setTabKeyNavigation(False)
    found.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    found.header().resizeSection(0, 170)
    found.expandToDepth(0)
    return found


def code(text: str, name: str, keep: Keep) -> QWidget:
    """Return a text to read and to copy. Of a long one the beginning, of one beyond measure nothing; `keep` saves the whole to a file."""
    found = QWidget()
    save = QPushButton(tr("Save to file…"))
    save.clicked.connect(lambda: keep(name, text))
    if len(text) >= REFUSED:
        words = tr("{size} are too much to be shown here. Save them to a file and open that.", size=size(len(text)))
        found.setLayout(column(None, label(words, "muted", wrap=True), row(None, save, None), None, margins=(40, 10, 40, 0)))
        return found
    edit = _read_only(folded(text[:SHOWN]), name)
    copy = QPushButton(tr("Copy"))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    cut = label(tr("The first {shown} of {size}.", shown=size(SHOWN), size=size(len(text))), "muted")
    cut.setVisible(len(text) > SHOWN)
    found.setLayout(column(edit, row(cut, None, save, copy), margins=(0, 10, 0, 0)))
    return found


def folded(text: str) -> str:
    """Return a text to look at, without a line beyond measure; what is copied is the text itself."""
    lines = (line[start : start + LONGEST_LINE] for line in text.split("\n") for start in range(0, max(1, len(line)), LONGEST_LINE))
    return "\n".join(lines)


def _read_only(text: str, name: str) -> QPlainTextEdit:
    edit = QPlainTextEdit(text)
    edit.setReadOnly(True)
    edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    edit.setProperty("role", "code")
    edit.setAccessibleName(name)
    edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
    edit.setTabChangesFocus(True)
    return edit


class Inspector(Dialog):
    """The window: a tree, and named texts in tabs."""

    def __init__(self, parent: QWidget, title: str, model: QAbstractItemModel, texts: Mapping[str, str], keep: Keep) -> None:
        super().__init__(parent, title, act=tr("Close"), width=860)
        self.leave.hide()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(title)
        self.tabs.tabBar().setAccessibleName(title)
        self.tabs.setMinimumHeight(480)
        for name, text in texts.items():
            self.tabs.addTab(code(text, name, keep), name)
        self.tabs.addTab(tree(model, title), tr("Everything"))
        self.body.addWidget(self.tabs)
