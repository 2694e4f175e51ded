"""The editor of one condition: which field, compared how, with what. It says so once the condition is whole and wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from app.pages.conditions import EXAMPLES, KINDS, WAYS, Subject, Way, is_whole
from app.system.arrangements import Condition
from app.system.languages import tr
from app.widgets.fields import Field
from app.widgets.picker import Finder, PickerEditor
from app.widgets.text import row

WIDTH = 170


class ConditionEditor(QWidget):
    """Three fields beside one another and what ends them; `done` takes the condition, `left` is called when there is none.

    `finder` gives who looks for the things of a list, by its path.
    """

    def __init__(self, done: Callable[[Condition], None], left: Callable[[], None], finder: Callable[[str], Finder]) -> None:
        super().__init__()
        self._finder = finder
        self._found: Mapping[str, Subject] = {}
        self._done = done
        self._left = left
        self.field, self.way, self.choice = (QComboBox() for _ in range(3))
        self.line = QLineEdit()
        self.line.setFixedWidth(WIDTH)
        self.picker = PickerEditor(Field("value", "Value", "pick"))
        self.picker.widget.setFixedWidth(WIDTH)
        self.apply, self.cancel = QPushButton(tr("Apply")), QPushButton(tr("Cancel"))
        self.field.setAccessibleName(tr("Field"))
        self.way.setAccessibleName(tr("Comparison"))
        for value in (self.choice, self.line, self.picker.widget):
            value.setAccessibleName(tr("Value"))
        self.field.currentIndexChanged.connect(lambda _: self._offer_ways())
        self.way.currentIndexChanged.connect(lambda _: self._offer_values())
        self.choice.currentIndexChanged.connect(lambda _: self._judge())
        for line in (self.line, self.picker.widget):
            line.textChanged.connect(lambda _: self._judge())
            line.returnPressed.connect(self.finish)
        self.apply.clicked.connect(self.finish)
        self.cancel.clicked.connect(left)
        self.setLayout(row(self.field, self.way, self.line, self.choice, self.picker.widget, self.apply, self.cancel, None))

    def begin(self, found: Mapping[str, Subject], condition: Condition | None = None) -> None:
        """Ask for a condition on one of these, beginning with what one says."""
        self._found = found
        self.field.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.field.clear()
        for subject in found.values():
            self.field.addItem(subject.name, subject.key)
        self.field.setCurrentIndex(max(0, self.field.findData(condition.field)) if condition else 0)
        self.field.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._offer_ways()
        if condition:
            self.way.setCurrentIndex(max(0, self.way.findData(condition.way)))
            self.choice.setCurrentIndex(max(0, self.choice.findData(condition.value)))
            picks = WAYS[condition.way].picks
            self.line.setText("" if self._subject.choices or picks else condition.value)
            self.picker.show(condition.value if picks else None)
        self.field.setFocus()

    def condition(self) -> Condition:
        """Return what was entered so far."""
        way = str(self.way.currentData())
        return Condition(self._subject.key, way, self._value(WAYS[way]) if WAYS[way].asks else "")

    def _value(self, way: Way) -> str:
        if way.picks:
            with suppress(ValueError):  # words that name nothing are no value yet
                return str(self.picker.value() or "")
            return ""
        return str(self.choice.currentData()) if self._subject.choices else self.line.text().strip()

    def finish(self) -> None:
        """Hand the condition over, if it is whole."""
        if self.apply.isEnabled():
            self._done(self.condition())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._left()
        else:
            super().keyPressEvent(event)

    @property
    def _subject(self) -> Subject:
        return self._found[str(self.field.currentData())]

    def _offer_ways(self) -> None:
        self.way.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.way.clear()
        for name in KINDS[self._subject.kind]:
            self.way.addItem(tr(WAYS[name].label), name)
        self.way.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.choice.clear()
        for value, words in self._subject.choices.items():
            self.choice.addItem(tr(words), value)
        self.line.clear()
        self.line.setPlaceholderText(EXAMPLES.get(self._subject.kind, ""))
        self.picker.show(None)
        if self._subject.home:
            self.picker.serve(self._finder(self._subject.home))
        self._offer_values()

    def _offer_values(self) -> None:
        way, choices = WAYS[str(self.way.currentData())], bool(self._subject.choices)
        self.picker.widget.setVisible(way.picks)
        self.choice.setVisible(way.asks and choices)
        self.line.setVisible(way.asks and not way.picks and not choices)
        self._judge()

    def _judge(self) -> None:
        self.apply.setEnabled(self.way.currentData() is not None and is_whole(self._subject, self.condition()))
