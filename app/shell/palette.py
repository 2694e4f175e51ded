"""The command palette: one field that finds every act, page and thing; arrows choose, Return does, Escape leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.shell.commands import Command, ranked
from app.shell.palette_item import DETAIL, KEYS, PaletteItem
from app.shell.shortcuts import shown
from app.system.languages import tr
from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.text import column, frame, label, row

ASK_MS: Final = 150


class Palette(QDialog):
    """The palette. `ask` is called with what was typed, when things of the appliance are wanted; `found` takes them."""

    def __init__(self, parent: QWidget, look: Look, commands: Sequence[Command], ask: Callable[[str], None], lately: Sequence[str] = ()) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint)
        dress(self)
        self.setModal(True)
        self.setWindowTitle(tr("Search or do"))
        self.setFixedWidth(620)
        self._look = look
        self._commands = tuple(commands)
        self._things: tuple[Command, ...] = ()
        self._lately = tuple(lately)
        self._shown: list[Command] = []
        self.chosen = ""
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type what you want to do or find"))
        self.line.setAccessibleName(tr("Search or do"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFixedHeight(380)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(PaletteItem(look))
        self.list.itemActivated.connect(lambda item: self.run(self.list.row(item)))
        self.list.itemClicked.connect(lambda item: self.run(self.list.row(item)))
        self.line.installEventFilter(self)
        self._timer = QTimer(self, interval=ASK_MS, singleShot=True)
        self._timer.timeout.connect(lambda: ask(self.line.text().strip()))
        self.line.textChanged.connect(self._type)
        hint = label(tr("↑ ↓ choose    ↵ do    Esc leave"), "caption")
        self.setLayout(column(frame("popup", column(self.line, self.list, row(None, hint), margins=(12, 12, 12, 10)))))
        self._show()

    def found(self, things: Sequence[Command]) -> None:
        """Show things of the appliance too."""
        self._things = tuple(things)
        self._show()

    def titles(self) -> list[str]:
        """Return what is shown."""
        return [command.title for command in self._shown]

    def run(self, place: int) -> None:
        """Do what stands at a place."""
        if 0 <= place < len(self._shown):
            command = self._shown[place]
            self.chosen = command.title
            self.accept()
            command.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows and Return reach the list while one types."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step and self._shown:
                self.list.setCurrentRow((self.list.currentRow() + step) % len(self._shown))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.run(self.list.currentRow())
                return True
        return super().eventFilter(watched, event)

    def _type(self, text: str) -> None:
        self._things = ()
        self._show()
        if len(text.strip()) > 1:
            self._timer.start()

    def _show(self) -> None:
        self._shown = [*ranked(self._commands, self.line.text(), self._lately), *self._things]
        self.list.clear()
        for command in self._shown:
            item = QListWidgetItem(self._look.icon(command.icon), command.title, self.list)
            item.setData(DETAIL, command.detail)
            item.setData(KEYS, shown(command.keys))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{command.title}, {command.detail}")
        self.list.setCurrentRow(0 if self._shown else -1)
