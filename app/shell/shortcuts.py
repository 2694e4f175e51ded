"""Every shortcut there is, as data: the sheet, the palette and the bindings themselves come from this table; a user may bind otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.text import label


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One binding; `key` names what it does."""

    key: str
    keys: str
    label: str
    section: str


SHORTCUTS: Final = (
    Shortcut("palette", "Ctrl+K", "Search or do", "Everywhere"),
    Shortcut("sheet", "F1", "Show the shortcuts", "Everywhere"),
    Shortcut("theme", "Ctrl+Shift+L", "Light or dark", "Everywhere"),
    Shortcut("lock", "Ctrl+L", "Lock the console", "Everywhere"),
    Shortcut("quit", "Ctrl+Q", "Quit", "Everywhere"),
    Shortcut("refresh", "F5", "Refresh", "On a page"),
    Shortcut("new", "Ctrl+N", "Make a new one", "On a page"),
    Shortcut("find", "Ctrl+F", "Go to the filters", "On a page"),
    Shortcut("next_view", "Ctrl+Tab", "Next view", "On a page"),
    *(Shortcut(f"page_{place}", f"Ctrl+{place}", "Go to page {place}", "Pages") for place in range(1, 10)),
)


def bindings(changed: Mapping[str, str]) -> dict[str, str]:
    """Return which keys do what, with the user's own; a key that the user took for two things keeps the table's for the second."""
    found: dict[str, str] = {}
    for shortcut in sorted(SHORTCUTS, key=lambda one: one.key not in changed):
        keys = changed.get(shortcut.key, shortcut.keys)
        found[shortcut.key] = keys if keys not in found.values() else shortcut.keys if shortcut.keys not in found.values() else ""
    return found


def bind(window: QWidget, acts: Mapping[str, Callable[[], object]], changed: Mapping[str, str]) -> dict[str, QShortcut]:
    """Bind the acts to their keys."""
    found = {}
    for key, keys in bindings(changed).items():
        if key in acts and keys:
            found[key] = QShortcut(QKeySequence(keys), window)
            found[key].activated.connect(acts[key])
    return found


class Sheet(Dialog):
    """All shortcuts on one sheet."""

    def __init__(self, parent: QWidget, changed: Mapping[str, str]) -> None:
        super().__init__(parent, tr("Keyboard shortcuts"), act=tr("Close"), width=560)
        self.leave.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        keys = bindings(changed)
        section = ""
        for shortcut in SHORTCUTS:
            if shortcut.section != section:
                section = shortcut.section
                grid.addWidget(label(tr(section), "overline"), grid.rowCount(), 0, 1, 2)
            place = grid.rowCount()
            grid.addWidget(label(words(shortcut)), place, 0)
            grid.addWidget(label(shown(keys[shortcut.key]), "code"), place, 1)
        self.body.addLayout(grid)


def shown(keys: str) -> str:
    """Return keys as they are written on a keyboard of the user's language."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return "+".join({"Ctrl": tr("Ctrl"), "Shift": tr("Shift")}.get(part, part) for part in native.split("+"))


def words(shortcut: Shortcut) -> str:
    """Return what a shortcut does."""
    return tr(shortcut.label).format(place=shortcut.key.partition("_")[2])
