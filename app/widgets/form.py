"""A form made from fields: labels that name their editors, faults below the field they are about, and a document out of what was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.system.languages import tr
from app.widgets.fields import EDITORS, ChoosingEditor, Editor, Field
from app.widgets.text import label


class Form(QWidget):
    """Fields below one another."""

    def __init__(self, fields: Sequence[Field], values: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.fields = tuple(fields)
        self._editors: dict[str, Editor] = {}
        self._faults: dict[str, QLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for wanted in self.fields:
            self._add(layout, wanted)
        layout.addStretch(1)
        self.fill({**{wanted.key: wanted.default for wanted in self.fields if wanted.default is not None}, **(values or {})})

    def _add(self, layout: QVBoxLayout, wanted: Field) -> None:
        editor = self._editors[wanted.key] = EDITORS[wanted.kind](wanted)
        name = label(tr(wanted.label) + (" *" if wanted.required else ""), "caption")
        name.setBuddy(editor.widget)
        editor.widget.setAccessibleName(tr(wanted.label))
        if wanted.kind != "switch":
            layout.addWidget(name)
        layout.addWidget(editor.widget)
        if wanted.help:
            layout.addWidget(label(tr(wanted.help), "caption", wrap=True))
            editor.widget.setAccessibleDescription(tr(wanted.help))
        fault = self._faults[wanted.key] = label("", "fault", wrap=True)
        fault.hide()
        layout.addWidget(fault)
        layout.addSpacing(8)

    def begin(self) -> None:
        """Go to the first field."""
        if self.fields:
            self._editors[self.fields[0].key].widget.setFocus()

    def editor(self, key: str) -> Editor:
        """Return a field's editor."""
        return self._editors[key]

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show values; a field without one is left as it is."""
        for key, editor in self._editors.items():
            found = _reach(values, key)
            if found is not None:
                editor.show(found)

    def offer(self, key: str, pairs: Sequence[tuple[str, str]], chosen: Any = None) -> None:
        """Offer choices that the appliance has listed."""
        editor = self._editors[key]
        if isinstance(editor, ChoosingEditor):
            editor.offer(pairs)
            if chosen is not None:
                editor.show(chosen)

    def document(self) -> dict[str, Any] | None:
        """Return what was entered, nested by the dots in the keys; None when something is missing or cannot be read, and say so."""
        self.blame({})
        found: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for wanted in self.fields:
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

    def blame(self, faults: Mapping[str, str]) -> list[str]:
        """Show faults below their fields and go to the first; return those that belong to no field."""
        first = None
        for key, fault in self._faults.items():
            words = [text for name, text in faults.items() if name == key or name.startswith(f"{key}.")]
            fault.setText(" ".join(words))
            fault.setVisible(bool(words))
            first = first or (key if words else None)
        if first:
            self._editors[first].widget.setFocus()
        return [text for name, text in faults.items() if not any(name == key or name.startswith(f"{key}.") for key in self._faults)]


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
