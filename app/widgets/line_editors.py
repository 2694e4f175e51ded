"""Editors of one line: a text, a day, a number, a moment, and several of a kind beside one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from app.system.languages import tr
from app.widgets.fields import Field, pairs_of

_EARLIER: Final = re.compile(r"-(\d{1,4})([mhd])")
_SPANS: Final = {"m": "minutes", "h": "hours", "d": "days"}


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

    def show(self, value: Any) -> None:
        """Show a number; a whole one has no point, however it came."""
        super().show(int(value) if isinstance(value, float) and value.is_integer() else value)


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
