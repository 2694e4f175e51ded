"""Several small forms below one another: as many as somebody adds, each of which can be taken away again; together they are a list of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from PySide6.QtWidgets import QPushButton, QWidget

from app.system.languages import tr
from app.widgets.fields import Editor, Field
from app.widgets.picker import Finder, Searching
from app.widgets.text import column, frame, row


class RowForm(Protocol):
    """What the form of a row can do: it is a form like the one around it, which makes it."""

    def begin(self) -> None:
        """Go to the first field."""

    def editor(self, key: str) -> Editor:
        """Return a field's editor."""

    def fault(self, key: str) -> str:
        """Return what is said to be wrong with a field."""

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show values."""

    def offer(self, key: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer choices that the appliance has listed."""

    def document(self) -> dict[str, Any] | None:
        """Return what was entered; None when something is missing or cannot be read, and say so."""

    def blame(self, faults: Mapping[str, str]) -> list[str]:
        """Show faults below their fields; return those that belong to no field."""


class RowsEditor:
    """The editor of a list; `make` makes the form of a row."""

    def __init__(self, wanted: Field, make: Callable[[Sequence[Field]], RowForm]) -> None:
        self._wanted = wanted
        self._make = make
        self._offered: dict[str, Sequence[tuple[str, str]]] = {}
        self._finders: dict[str, Callable[[], Finder]] = {}
        self.forms: dict[RowForm, QWidget] = {}
        self.add = QPushButton(tr("Add"))
        self.add.setAccessibleName(f"{tr('Add')}: {tr(wanted.label)}")
        self.add.clicked.connect(lambda: self.grow().begin())
        self._place = column(spacing=8)
        self.widget = QWidget()
        self.widget.setLayout(column(self._place, row(self.add, None)))
        self.widget.setFocusProxy(self.add)

    def grow(self, values: Mapping[str, Any] | None = None) -> RowForm:
        """Add a row."""
        form = self._make(self._wanted.fields)
        form.fill(values or {})
        for key, pairs in self._offered.items():
            form.offer(key, pairs)
        for key, finder in self._finders.items():
            _serve(form, key, finder)
        away = QPushButton(tr("Remove"))
        away.setProperty("role", "hurting")
        away.setAccessibleName(f"{tr('Remove')}: {tr(self._wanted.label)} {len(self.forms) + 1}")
        away.clicked.connect(lambda: self._shrink(form))
        card = frame("card", column(cast("QWidget", form), row(None, away), margins=(12, 10, 12, 10), spacing=0))
        self.forms[form] = card
        self._place.addWidget(card)
        return form

    def _shrink(self, form: RowForm) -> None:
        card = self.forms.pop(form)
        card.hide()
        card.deleteLater()
        self.add.setFocus()

    def suggest(self, key: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer choices for a field of every row, those that are still to come included."""
        self._offered[key] = pairs
        for form in self.forms:
            form.offer(key, pairs)

    def serve_each(self, key: str, finder: Callable[[], Finder]) -> None:
        """Have a field of every row looked for by a finder of its own, those that are still to come included."""
        self._finders[key] = finder
        for form in self.forms:
            _serve(form, key, finder)

    def value(self) -> Any:
        """Return what the rows say; none are an empty list where one is needed. Raises ValueError where a row lacks something, as it says itself."""
        found = [form.document() for form in self.forms]
        if None in found:
            raise ValueError("")
        return found or ([] if self._wanted.required else None)

    def show(self, value: Any) -> None:
        """Show rows in place of those before."""
        for form in list(self.forms):
            self._shrink(form)
        for values in value or ():
            self.grow(values)

    def blame(self, faults: Mapping[str, str]) -> dict[str, str]:
        """Show faults in the rows that they are about; return those that belong to none."""
        forms, loose = list(self.forms), dict[str, str]()
        inside: dict[int, dict[str, str]] = {place: {} for place in range(len(forms))}
        for name, text in faults.items():
            place, _, rest = name.partition(".")
            if place.isdecimal() and int(place) < len(forms) and rest:
                inside[int(place)][rest] = text
            else:
                loose[name] = text
        for at, form in enumerate(forms):
            if inside[at] or not faults:  # what a row says about itself stays
                loose |= {f"{at}.{count}": text for count, text in enumerate(form.blame(inside[at]))}
        return loose


def _serve(form: RowForm, key: str, finder: Callable[[], Finder]) -> None:
    editor = form.editor(key)
    if isinstance(editor, Searching):
        editor.serve(finder())
