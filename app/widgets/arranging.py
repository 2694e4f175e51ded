"""Lets somebody arrange the columns of a table by mouse, and by a menu that the keyboard reaches; says so once it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMenu

from app.system.arrangements import Arrangement
from app.system.languages import tr
from app.widgets.table import Table

SETTLED_MS: Final = 300  # a column that is dragged changes with every pixel


class Arranging(QObject):
    """Arranges a table whose columns have these keys; `changed` takes the new arrangement."""

    def __init__(self, table: Table, keys: Sequence[str], kept: Arrangement, changed: Callable[[Arrangement], None]) -> None:
        super().__init__(table)
        self._table = table
        self._keys: tuple[str, ...] = ()
        self._showing = False
        self._changed = changed
        self._header = table.horizontalHeader()
        self._header.setSectionsMovable(True)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(lambda at: self._filled_menu().popup(self._header.mapToGlobal(at)))
        self._settled = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(lambda: changed(self.arrangement()))
        self.menu = QMenu(table)
        self.menu.aboutToShow.connect(self._fill)
        self.take(keys, kept)
        self._header.sectionMoved.connect(lambda *_: self._note())
        table.widened.connect(self._note)

    def take(self, keys: Sequence[str], kept: Arrangement) -> None:
        """Arrange other columns from now on."""
        self._keys = tuple(keys)
        self._showing = True
        self.show(kept)
        self._showing = False

    def _note(self) -> None:
        if not self._showing:
            self._settled.start()

    def show(self, kept: Arrangement) -> None:
        """Arrange the columns."""
        known = [key for key in kept.order if key in self._keys]
        for visual, key in enumerate([*known, *(key for key in self._keys if key not in known)]):
            self._header.moveSection(self._header.visualIndex(self._keys.index(key)), visual)
        widths = {self._keys.index(key): width for key, width in kept.widths.items() if key in self._keys}
        self._table.settle(widths, {self._keys.index(key) for key in kept.hidden if key in self._keys})

    def arrangement(self) -> Arrangement:
        """Return how the columns stand now."""
        order = tuple(self._keys[self._header.logicalIndex(visual)] for visual in range(len(self._keys)))
        widths = {self._keys[place]: width for place, width in sorted(self._table.chosen_widths.items())}
        hidden = tuple(self._keys[place] for place in sorted(self._table.left_out))
        return Arrangement(() if order == self._keys else order, widths, hidden)

    def reset(self) -> None:
        """Let the columns stand as they do at first."""
        self.show(Arrangement())
        self._changed(Arrangement())

    def switch(self, place: int, *, shown: bool) -> None:
        """Show a column, or leave it out."""
        left_out = self._table.left_out - {place} if shown else self._table.left_out | {place}
        self._table.settle(self._table.chosen_widths, left_out)
        self._changed(self.arrangement())

    def _filled_menu(self) -> QMenu:
        self._fill()
        return self.menu

    def _fill(self) -> None:
        self.menu.clear()
        model, left_out = self._table.model(), self._table.left_out
        for visual in range(len(self._keys)):
            place = self._header.logicalIndex(visual)
            action = self.menu.addAction(str(model.headerData(place, Qt.Orientation.Horizontal)))
            action.setCheckable(True)
            action.setChecked(place not in left_out)
            action.setEnabled(place in left_out or len(left_out) < len(self._keys) - 1)  # one is always there
            action.toggled.connect(lambda shown, place=place: self.switch(place, shown=shown))
        self.menu.addSeparator()
        self.menu.addAction(tr("As at first"), self.reset)
