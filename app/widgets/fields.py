"""Fields of a form as data, and what becomes of a person's input: one table of kinds, each with its editor, its reading and its writing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.system.languages import tr


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `key` may reach inwards with dots; `kind` names an editor (see EDITORS); an empty field is left out of what is sent."""

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    default: Any = None
    choices: Sequence[str] | Mapping[str, str] = ()
    placeholder: str = ""
    # Where an appliance lists the choices, such as `/admin/v1/tiers`, and which keys hold value and label.
    source: str = ""
    source_keys: tuple[str, str] = ("id", "name")
    secret: bool = field(default=False)


class Editor(Protocol):
    """What a form wants of an editor."""

    @property
    def widget(self) -> QWidget:
        """The widget."""

    def value(self) -> Any:
        """Return what was entered; None for nothing. Raises ValueError with a sentence for what cannot be read."""

    def show(self, value: Any) -> None:
        """Show a value."""


@runtime_checkable
class ChoosingEditor(Editor, Protocol):
    """An editor that offers choices, some of which are known late."""

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer more choices, pairs of value and label."""


class LineEditor:
    """One line of text."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QLineEdit()
        self.widget.setPlaceholderText(wanted.placeholder)
        if wanted.kind == "password":
            self.widget.setEchoMode(QLineEdit.EchoMode.Password)
        if wanted.kind == "code":
            self.widget.setProperty("role", "code")
            self.widget.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def value(self) -> Any:
        """Return the text."""
        return self.widget.text().strip() or None

    def show(self, value: Any) -> None:
        """Show a text."""
        self.widget.setText("" if value is None else str(value))


class NumberEditor(LineEditor):
    """A number."""

    def value(self) -> Any:
        """Return an int where it is one, else a float."""
        text = self.widget.text().strip().replace(",", ".")
        try:
            return None if not text else float(text) if "." in text else int(text)
        except ValueError:
            raise ValueError(tr("This is not a number.")) from None


class AreaEditor:
    """Several lines of text."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QPlainTextEdit()
        self.widget.setPlaceholderText(wanted.placeholder)
        self.widget.setTabChangesFocus(True)
        self.widget.setFixedHeight(104)
        if wanted.kind in {"json", "lines", "pairs"}:
            self.widget.setProperty("role", "code")
            self.widget.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def value(self) -> Any:
        """Return the text."""
        return self.widget.toPlainText().strip() or None

    def show(self, value: Any) -> None:
        """Show a text."""
        self.widget.setPlainText("" if value is None else str(value))


class LinesEditor(AreaEditor):
    """A list with one thing per line."""

    def value(self) -> Any:
        """Return the lines that are not empty."""
        return [line.strip() for line in self.widget.toPlainText().splitlines() if line.strip()] or None

    def show(self, value: Any) -> None:
        """Show a list."""
        super().show("\n".join(map(str, value or ())))


class PairsEditor(AreaEditor):
    """Names with values, `name: value` on each line."""

    def value(self) -> Any:
        """Return the names with their values."""
        pairs = [line.partition(":") for line in self.widget.toPlainText().splitlines() if line.strip()]
        if any(not mark or not name.strip() for name, mark, _ in pairs):
            raise ValueError(tr("Write one 'name: value' on each line."))
        return {name.strip(): value.strip() for name, _, value in pairs} or None

    def show(self, value: Any) -> None:
        """Show names with values."""
        super().show("\n".join(f"{name}: {text}" for name, text in (value or {}).items()))


class MappingEditor:
    """Names with names, one pair on each line; a choice beside them writes a known name where one is typing."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QWidget()
        self.pairs = PairsEditor(wanted)
        self.pairs.widget.setAccessibleName(tr(wanted.label))
        self.known = QComboBox()
        self.known.setAccessibleName(tr("The vendor's fields"))
        self.known.setPlaceholderText(tr("The vendor's fields"))
        self.known.activated.connect(lambda _: self.pairs.widget.insertPlainText(str(self.known.currentData())))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pairs.widget)
        layout.addWidget(self.known)
        self.widget.setFocusProxy(self.pairs.widget)

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer names that are known."""
        for name, words in pairs:
            self.known.addItem(words if words == name else f"{words} ({name})", name)
        self.known.setCurrentIndex(-1)

    def value(self) -> Any:
        """Return the names with their names."""
        return self.pairs.value()

    def show(self, value: Any) -> None:
        """Show names with names; another thing is what was chosen, and stays where it is."""
        if isinstance(value, Mapping):
            self.pairs.show(value)


class JsonEditor(AreaEditor):
    """A JSON document."""

    def value(self) -> Any:
        """Return what the document says."""
        text = self.widget.toPlainText().strip()
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise ValueError(tr("This is not JSON: {reason}.", reason=error)) from None

    def show(self, value: Any) -> None:
        """Show a document, indented."""
        super().show(None if value is None else json.dumps(value, indent=2, ensure_ascii=False))


class SwitchEditor:
    """Yes or no."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QCheckBox(tr(wanted.placeholder or wanted.label))

    def value(self) -> Any:
        """Return whether it is on."""
        return self.widget.isChecked()

    def show(self, value: Any) -> None:
        """Switch it."""
        self.widget.setChecked(bool(value))


class ChoiceEditor:
    """One of several."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QComboBox()
        if not wanted.required:
            self.widget.addItem(tr("none"), None)
        self.offer(pairs_of(wanted.choices))

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer more choices, pairs of value and label."""
        kept = self.widget.currentData()
        for value, words in pairs:
            if self.widget.findData(value) < 0:
                self.widget.addItem(tr(words), value)
            else:
                self.widget.setItemText(self.widget.findData(value), tr(words))
        self.show(kept)

    def value(self) -> Any:
        """Return the chosen value."""
        return self.widget.currentData()

    def show(self, value: Any) -> None:
        """Choose a value."""
        if value is not None and self.widget.findData(value) < 0:
            self.widget.addItem(str(value), value)  # its words may come later, or never: what is set stays set
        place = self.widget.findData(value)
        if place >= 0:
            self.widget.setCurrentIndex(place)


class ManyEditor:
    """Any of several."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QListWidget()
        self.widget.setFixedHeight(168)
        self.widget.setProperty("role", "box")
        self.offer(pairs_of(wanted.choices))

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer more choices, pairs of value and label."""
        for value, words in pairs:
            item = QListWidgetItem(tr(words), self.widget)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)

    def value(self) -> Any:
        """Return what is ticked."""
        return [item.data(Qt.ItemDataRole.UserRole) for item in self._items() if item.checkState() == Qt.CheckState.Checked] or None

    def show(self, value: Any) -> None:
        """Tick these."""
        for item in self._items():
            ticked = item.data(Qt.ItemDataRole.UserRole) in (value or ())
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self.widget.item(place) for place in range(self.widget.count())]


class FileEditor:
    """A file of the user's."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QWidget()
        self.line = QLineEdit()
        self.line.setAccessibleName(tr(wanted.label))
        button = QPushButton(tr("Choose…"))
        button.clicked.connect(self._choose)
        layout = QHBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        layout.addWidget(button)
        self.widget.setFocusProxy(self.line)

    def _choose(self) -> None:
        if chosen := QFileDialog.getOpenFileName(self.widget, tr("Choose a file"))[0]:
            self.line.setText(chosen)

    def value(self) -> Any:
        """Return the path."""
        return self.line.text().strip() or None

    def show(self, value: Any) -> None:
        """Show a path."""
        self.line.setText(str(value or ""))


def pairs_of(choices: Sequence[str] | Mapping[str, str]) -> list[tuple[str, str]]:
    """Return choices as pairs of value and label."""
    return list(choices.items()) if isinstance(choices, Mapping) else [(choice, choice) for choice in choices]


EDITORS: Final[Mapping[str, Callable[[Field], Editor]]] = {
    "text": LineEditor,
    "code": LineEditor,
    "password": LineEditor,
    "number": NumberEditor,
    "area": AreaEditor,
    "lines": LinesEditor,
    "pairs": PairsEditor,
    "mapping": MappingEditor,
    "json": JsonEditor,
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "many": ManyEditor,
    "file": FileEditor,
}
