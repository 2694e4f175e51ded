"""A form made from fields: labels that name their editors, faults below the field they are about, and a document out of what was entered.

What is folded away in a part is sent as well; what is not asked for, because of what another field says, is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.system.languages import tr
from app.widgets.editors import EDITORS
from app.widgets.fields import ChoosingEditor, Editor, Field
from app.widgets.folding import Folding
from app.widgets.rows import RowsEditor
from app.widgets.text import column, label

TOP: Final = Qt.AlignmentFlag.AlignTop
NOWHERE: Final = Qt.AlignmentFlag(0)
BESIDE: Final = 3  # fields of a row that stand beside one another


class Form(QWidget):
    """Fields below one another, or a few of them `beside` one another; `blamed` carries the row of the first field that something is wrong with."""

    blamed = Signal(QWidget)

    def __init__(self, fields: Sequence[Field], values: Mapping[str, Any] | None = None, *, beside: bool = False) -> None:
        super().__init__()
        self.fields = tuple(fields)
        self._editors: dict[str, Editor] = {}
        self._faults: dict[str, QLabel] = {}
        self._rows: dict[str, QWidget] = {}
        self._parts: dict[str, Folding] = {}
        layout = QHBoxLayout(self) if beside else QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12 if beside else 4)
        for wanted in self.fields:
            self._place_in(layout, wanted).addWidget(self._made(wanted), 1 if beside else 0, TOP if beside else NOWHERE)
        if not beside:
            layout.addStretch(1)
        self.fill({**{wanted.key: wanted.default for wanted in self.fields if wanted.default is not None}, **(values or {})})
        for wanted in self.fields:
            if wanted.part and values and _reach(values, wanted.key) not in (None, wanted.default, [], {}):
                self._parts[wanted.part].open()
        self._heed()

    def _place_in(self, layout: QBoxLayout, wanted: Field) -> QBoxLayout:
        """Return where a field stands: in the form, or in the part of it that it belongs to."""
        if not wanted.part:
            return layout
        if wanted.part not in self._parts:
            found = self._parts[wanted.part] = Folding(tr(wanted.part))
            layout.addWidget(found)
        return self._parts[wanted.part].content

    def _made(self, wanted: Field) -> QWidget:
        editor = self._editors[wanted.key] = (
            RowsEditor(wanted, partial(Form, beside=len(wanted.fields) <= BESIDE)) if wanted.fields else EDITORS[wanted.kind](wanted)
        )
        name = label(tr(wanted.label) + (" *" if wanted.required else ""), "caption")
        name.setBuddy(editor.widget)
        name.setVisible(wanted.kind != "switch")
        editor.widget.setAccessibleName(tr(wanted.label))
        told = [label(tr(wanted.help), "caption", wrap=True)] if wanted.help else []
        if wanted.help:
            editor.widget.setAccessibleDescription(tr(wanted.help))
        fault = self._faults[wanted.key] = label("", "fault", wrap=True)
        fault.hide()
        found = self._rows[wanted.key] = QWidget()
        found.setLayout(column(*([name] if wanted.kind != "switch" else []), editor.widget, *told, fault, 8, spacing=4))
        return found

    # Fields that depend on others.

    def _heed(self) -> None:
        """Ask for what the other fields make necessary, now and whenever one of them changes."""
        for key in {wanted.only[0] for wanted in self.fields if wanted.only}:
            widget = self._editors[key].widget
            if isinstance(widget, QComboBox):
                widget.currentIndexChanged.connect(lambda _: self._sort_out())
            elif isinstance(widget, QLineEdit):
                widget.textChanged.connect(lambda _: self._sort_out())
        self._sort_out()

    def _sort_out(self) -> None:
        for wanted in self.fields:
            if wanted.only:
                self._rows[wanted.key].setVisible(self.asks(wanted))

    def asks(self, wanted: Field) -> bool:
        """Tell whether a field is asked for, as the others stand."""
        if wanted.only is None:
            return True
        key, values = wanted.only
        try:
            found = self._editors[key].value()
        except ValueError:
            return True
        return found in values if values else found is not None

    # What it holds.

    def begin(self) -> None:
        """Go to the first field."""
        if self.fields:
            self._editors[self.fields[0].key].widget.setFocus()

    def editor(self, key: str) -> Editor:
        """Return a field's editor."""
        return self._editors[key]

    def fault(self, key: str) -> str:
        """Return what is said to be wrong with a field; empty where nothing is."""
        return self._faults[key].text()

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show values; a field without one is left as it is."""
        for key, editor in self._editors.items():
            found = _reach(values, key)
            if found is not None:
                editor.show(found)

    def offer(self, key: str, pairs: Sequence[tuple[str, str]], chosen: Any = None) -> None:
        """Offer choices that the appliance has listed; what a person has entered meanwhile stays."""
        editor = self._editors[key]
        if isinstance(editor, ChoosingEditor):
            editor.offer(pairs)
            if chosen is not None and editor.value() is None:
                editor.show(chosen)

    def document(self) -> dict[str, Any] | None:
        """Return what was entered, nested by the dots in the keys; None when something is missing or cannot be read, and say so."""
        self.blame({})
        found: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for wanted in filter(self.asks, self.fields):
            try:
                value = self._editors[wanted.key].value()
            except ValueError as error:
                faults[wanted.key] = str(error)
                continue
            if value is not None:
                _place(found, wanted.key, value)
            elif wanted.required:
                faults[wanted.key] = tr("This is needed.")
        self.blame(faults)
        return None if faults else found

    def blame(self, faults: Mapping[str, str], details: Mapping[str, str] | None = None) -> list[str]:
        """Show faults below their fields, `details` where the pointer rests on one, and go to the first; return those that belong to no field."""
        first = None
        for wanted in self.fields:
            fault = self._faults[wanted.key]
            words = self._told(wanted, {name: text for name, text in faults.items() if _is_about(name, wanted.key)}) if self.asks(wanted) else []
            fault.setText(" ".join(words))
            fault.setToolTip(" ".join(text for name, text in (details or {}).items() if _is_about(name, wanted.key) and text not in words))
            fault.setVisible(bool(words))
            if words and wanted.part:
                self._parts[wanted.part].open()
            first = first or (wanted.key if words else None)
        if first:
            self._editors[first].widget.setFocus()
            self.blamed.emit(self._rows[first])
        shown = [wanted.key for wanted in self.fields if self.asks(wanted)]
        return [text for name, text in faults.items() if not any(_is_about(name, key) for key in shown)]

    def _told(self, wanted: Field, faults: Mapping[str, str]) -> list[str]:
        """Return what is said below a field; a field of several rows says in them what it can."""
        editor = self._editors[wanted.key]
        if not isinstance(editor, RowsEditor):
            return list(faults.values())
        inside = {name.removeprefix(wanted.key).strip("."): text for name, text in faults.items()}
        return [text for text in editor.blame(inside).values() if text]


def _is_about(fault: str, key: str) -> bool:
    """Tell whether a fault lies in a field: the steps of its key are among those of the fault, which may name an alternative between them."""
    steps, (first, *others) = iter(fault.split(".")), key.split(".")
    return next(steps) == first and all(step in steps for step in others)


def _reach(values: Mapping[str, Any], key: str) -> Any:
    if key in values:
        return values[key]
    found: Any = values
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _place(document: dict[str, Any], key: str, value: Any) -> None:
    *outer, last = key.split(".")
    for step in outer:
        document = document.setdefault(step, {})
    document[last] = value
