"""Editors that choose: yes or no, one of several, any of several, a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QWidget

from app.system.languages import tr
from app.widgets.fields import Field, pairs_of


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
