"""Editors of several lines: a text, a list, pairs, certificates, a document; some of them offer what is known to be written there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.system.languages import tr
from app.widgets.fields import Field

_PEM: Final = re.compile(r"-----BEGIN [^-]+-----.+?-----END [^-]+-----", re.DOTALL)


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
