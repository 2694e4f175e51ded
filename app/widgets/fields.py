"""Fields of a form as data, and what becomes of a person's input: one table of kinds, each with its editor, its reading and its writing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
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

_EARLIER: Final = re.compile(r"-(\d{1,4})([mhd])")
_PEM: Final = re.compile(r"-----BEGIN [^-]+-----.+?-----END [^-]+-----", re.DOTALL)
_SPANS: Final = {"m": "minutes", "h": "hours", "d": "days"}


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
    source_pattern: str = "{}"  # how a value that is listed there is sent
    secret: bool = field(default=False)
    # The part of the form that it stands in, folded away until it is wanted; fields of a part stand together.
    part: str = ""
    # It is asked for only while the field of this key has one of these values; no values mean any.
    only: tuple[str, tuple[Any, ...]] | None = None
    # What each of its rows asks for, where there may be several of them.
    fields: tuple[Field, ...] = ()


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
    """One line of text; what is known beforehand completes what is being typed."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QLineEdit()
        self.widget.setPlaceholderText(wanted.placeholder)
        if wanted.choices:
            self.offer(pairs_of(wanted.choices))
        if wanted.kind == "password":
            self.widget.setEchoMode(QLineEdit.EchoMode.Password)
        if wanted.kind == "code":
            self.widget.setProperty("role", "code")
            self.widget.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Complete by these values, in place of those before."""
        found = QCompleter([value for value, _ in pairs], self.widget)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        self.widget.setCompleter(found)

    def value(self) -> Any:
        """Return the text."""
        return self.widget.text().strip() or None

    def show(self, value: Any) -> None:
        """Show a text."""
        self.widget.setText("" if value is None else str(value))


class DateEditor(LineEditor):
    """A day."""

    def value(self) -> Any:
        """Return the day as the API writes it."""
        text = self.widget.text().strip()
        try:
            return date.fromisoformat(text).isoformat() if text else None
        except ValueError:
            raise ValueError(tr("Write a date such as 2026-11-20.")) from None


class NumberEditor(LineEditor):
    """A number."""

    def value(self) -> Any:
        """Return an int where it is one, else a float."""
        text = self.widget.text().strip().replace(",", ".")
        try:
            return None if not text else float(text) if "." in text else int(text)
        except ValueError:
            raise ValueError(tr("This is not a number.")) from None


class NumbersEditor(LineEditor):
    """Whole numbers beside one another."""

    def value(self) -> Any:
        """Return the numbers."""
        words = re.split(r"[\s,;]+", self.widget.text().strip())
        try:
            return [int(word) for word in words if word] or None
        except ValueError:
            raise ValueError(tr("Write whole numbers with commas between them.")) from None

    def show(self, value: Any) -> None:
        """Show the numbers."""
        self.widget.setText(", ".join(map(str, value or ())))


class CommasEditor(LineEditor):
    """Texts beside one another."""

    def value(self) -> Any:
        """Return the texts."""
        return [part.strip() for part in self.widget.text().split(",") if part.strip()] or None

    def show(self, value: Any) -> None:
        """Show the texts."""
        self.widget.setText(", ".join(map(str, value or ())))


class TimeEditor(LineEditor):
    """A moment: local time, one with its zone, or how long ago, such as -24h. What was shown and not touched is sent back as it came."""

    def __init__(self, wanted: Field) -> None:
        super().__init__(wanted)
        self._shown: tuple[str, str] = ("", "")

    def value(self) -> Any:
        """Return the moment in UTC as the API writes it."""
        text = self.widget.text().strip()
        if text == self._shown[0]:
            return self._shown[1] or None
        earlier = _EARLIER.fullmatch(text)
        try:
            then = _ago(*earlier.groups()) if earlier else datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            raise ValueError(tr("Write a time such as 2026-11-20 08:30, or -24h for a day ago.")) from None
        return then.isoformat(timespec="seconds").replace("+00:00", "Z")

    def show(self, value: Any) -> None:
        """Show a moment in local time, with its distance from UTC."""
        text = str(value or "")
        if text and not _EARLIER.fullmatch(text):
            self._shown = (datetime.fromisoformat(text).astimezone().isoformat(" ", "minutes"), text)
            text = self._shown[0]
        self.widget.setText(text)


def _ago(count: str, span: str) -> datetime:
    return datetime.now(UTC) - timedelta(**{_SPANS[span]: int(count)})


class AreaEditor:
    """Several lines of text."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QPlainTextEdit()
        self.widget.setPlaceholderText(wanted.placeholder)
        self.widget.setTabChangesFocus(True)
        self.widget.setFixedHeight(104)
        if wanted.kind in {"certificates", "json", "lines", "names", "pairs"}:
            self.widget.setProperty("role", "code")
            self.widget.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def value(self) -> Any:
        """Return the text."""
        return self.widget.toPlainText().strip() or None

    def show(self, value: Any) -> None:
        """Show a text."""
        self.widget.setPlainText("" if value is None else str(value))


class CertificatesEditor(AreaEditor):
    """Certificates in PEM below one another."""

    def value(self) -> Any:
        """Return each of them."""
        return _PEM.findall(self.widget.toPlainText()) or None

    def show(self, value: Any) -> None:
        """Show certificates."""
        super().show("\n".join(map(str, value or ())))


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
    """Names with names, one pair on each line; a choice below writes a known name where one is typing."""

    inner: type[AreaEditor] = PairsEditor

    def __init__(self, wanted: Field) -> None:
        self.widget = QWidget()
        self.lines = self.inner(wanted)
        self.lines.widget.setAccessibleName(tr(wanted.label))
        self.known = QComboBox()
        self.known.setAccessibleName(self.hint())
        self.known.setPlaceholderText(self.hint())
        self.known.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.known.activated.connect(lambda _: self.take(str(self.known.currentData())))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.lines.widget)
        layout.addWidget(self.known)
        self.widget.setFocusProxy(self.lines.widget)

    @staticmethod
    def hint() -> str:
        """Return what the choice offers."""
        return tr("The vendor's fields")

    def take(self, name: str) -> None:
        """Write a name that was chosen."""
        self.lines.widget.insertPlainText(name)

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer names that are known."""
        for name, words in pairs:
            self.known.addItem(words if words == name else f"{words} ({name})", name)
        self.known.setCurrentIndex(-1)

    def value(self) -> Any:
        """Return what was written."""
        return self.lines.value()

    def show(self, value: Any) -> None:
        """Show names; another thing is what was chosen, and stays where it is."""
        if isinstance(value, Mapping | list):
            self.lines.show(value)


class NamesEditor(MappingEditor):
    """A list with one thing per line; a choice below adds a known one."""

    inner = LinesEditor

    @staticmethod
    def hint() -> str:
        """Return what the choice offers."""
        return tr("Add one of those there are")

    def take(self, name: str) -> None:
        """Add a name, once."""
        kept = self.value() or []
        self.show([*kept, *([] if name in kept else [name])])
        self.known.setCurrentIndex(-1)


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


class AnswerEditor(ChoiceEditor):
    """Yes, no, or nothing of both."""

    def __init__(self, wanted: Field) -> None:
        super().__init__(wanted)
        for value, words in ((True, tr("Yes")), (False, tr("No"))):
            self.widget.addItem(words, value)


class ManyEditor:
    """Any of several."""

    def __init__(self, wanted: Field) -> None:
        self.widget = QListWidget()
        self.widget.setProperty("role", "box")
        self.offer(pairs_of(wanted.choices))

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer more choices, pairs of value and label."""
        for value, words in pairs:
            item = QListWidgetItem(tr(words), self.widget)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.widget.setFixedHeight(min(168, 14 + 27 * max(2, self.widget.count())))

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
    "commas": CommasEditor,
    "date": DateEditor,
    "number": NumberEditor,
    "numbers": NumbersEditor,
    "time": TimeEditor,
    "area": AreaEditor,
    "lines": LinesEditor,
    "pairs": PairsEditor,
    "mapping": MappingEditor,
    "names": NamesEditor,
    "certificates": CertificatesEditor,
    "json": JsonEditor,
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "answer": AnswerEditor,
    "many": ManyEditor,
    "file": FileEditor,
}
