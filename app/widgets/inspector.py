"""Looks into one thing: a tree of what it says, and texts beside it that can be copied."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QPushButton, QTabWidget, QTreeView, QWidget

from app.system.languages import tr
from app.theme import fonts
from app.widgets.dialogs import Dialog
from app.widgets.text import column, row


def tree(model: QAbstractItemModel, name: str) -> QTreeView:
    """Return a tree of a document, its first level open."""
    found = QTreeView()
    model.setParent(found)
    found.setModel(model)
    found.setAccessibleName(name)
    found.setUniformRowHeights(True)
    found.setFont(fonts.code())
    found.setTabKeyNavigation(False)
    found.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    found.header().resizeSection(0, 170)
    found.expandToDepth(0)
    return found


def code(text: str, name: str) -> QWidget:
    """Return a text to read and to copy."""
    edit = QPlainTextEdit(text)
    edit.setReadOnly(True)
    edit.setProperty("role", "code")
    edit.setAccessibleName(name)
    edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
    edit.setTabChangesFocus(True)
    copy = QPushButton(tr("Copy"))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(edit.toPlainText()))
    found = QWidget()
    found.setLayout(column(edit, row(None, copy), margins=(0, 10, 0, 0)))
    return found


class Inspector(Dialog):
    """The window: a tree, and named texts in tabs."""

    def __init__(self, parent: QWidget, title: str, model: QAbstractItemModel, texts: Mapping[str, str]) -> None:
        super().__init__(parent, title, act=tr("Close"), width=860)
        self.leave.hide()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(title)
        self.tabs.tabBar().setAccessibleName(title)
        self.tabs.setMinimumHeight(480)
        for name, text in texts.items():
            self.tabs.addTab(code(text, name), name)
        self.tabs.addTab(tree(model, title), tr("Everything"))
        self.body.addWidget(self.tabs)
