"""The conditions above a list of records: one chip for each, which is edited or taken away again, and a button that adds another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QToolButton, QWidget

from app.pages.condition_editor import ConditionEditor
from app.pages.conditions import EITHER, EVERY, WAYS, Subject, asked, fits, told
from app.pages.specs import Filter
from app.system.arrangements import Condition
from app.system.languages import tr
from app.theme.look import Look
from app.widgets.flow import Flow
from app.widgets.picker import Finder
from app.widgets.text import clear, column, frame, row

MOST = 20
LONGEST = 60  # letters of a chip; all of them are read when the mouse rests on it


class ConditionBar(QWidget):
    """What somebody filters by; `changed` is called when something else holds.

    Conditions on fields, or on things of a tenant, that are not here wait until these come back.
    """

    def __init__(
        self, look: Look, kept: Sequence[Condition], changed: Callable[[], None], finder: Callable[[str], Finder], *, either: bool = False
    ) -> None:
        super().__init__()
        self._finder = finder
        self._names: dict[str, str] = {}
        self._look = look
        self._changed = changed
        self._found: Mapping[str, Subject] = {}
        self._place = ""
        self.conditions = tuple(kept)
        self._edited: Condition | None = None
        self.add = QPushButton(tr("Add a filter…"))
        self.add.setIcon(look.icon("filter"))
        self.add.clicked.connect(lambda: self.edit(None))
        self.words = QComboBox()
        self.words.setAccessibleName(tr("How the filters are joined"))
        for name, label in ((EVERY, "All conditions hold"), (EITHER, "One of the conditions holds")):
            self.words.addItem(tr(label), name)
        self.words.setCurrentIndex(int(either))
        self.words.currentIndexChanged.connect(lambda _: self._changed())
        self.chips: list[QFrame] = []
        self._chips = QWidget()
        self._flow = Flow()
        self._chips.setLayout(self._flow)
        self.editor = ConditionEditor(self._take, self._leave, finder)
        self.editor.hide()
        self.setLayout(column(row(self.add, self.words, self.editor, None), self._chips))
        self._show()

    @property
    def either(self) -> bool:
        """Whether one of the conditions is enough."""
        return self.words.currentIndex() > 0

    def offer(self, found: Mapping[str, Subject], place: str = "") -> None:
        """Let these be asked about from now on; `place` is the tenant and mode whose things can be picked."""
        if (dict(found), place) != (dict(self._found), self._place):
            self._found, self._place = found, place
            self._leave()
            self._show()

    def clear(self) -> None:
        """Filter by none of those that are shown."""
        shown = self._holding()
        self.conditions = tuple(one for one in self.conditions if one not in shown)
        self._leave()
        self._show()

    def chosen(self) -> list[tuple[Filter, str]]:
        """Return the filters and their values, as a list takes them."""
        return asked(self._found, self._holding(), either=self.either)

    def edit(self, condition: Condition | None) -> None:
        """Ask for a condition: another one, or what is to be in the place of one."""
        self._edited = condition
        self.add.hide()
        self.editor.show()
        self.editor.begin(self._found, condition)

    def remove(self, condition: Condition) -> None:
        """Take a condition away."""
        self.conditions = tuple(one for one in self.conditions if one != condition)
        self._show()
        self.add.setFocus()
        self._changed()

    def _holding(self) -> list[Condition]:
        here = [one for one in self.conditions if one.place in {"", self._place}]
        return [one for one in here if fits(self._found.get(one.field), one)]

    def _take(self, condition: Condition) -> None:
        if WAYS[condition.way].picks:
            condition = replace(condition, place=self._place)
        replaced = [condition if one == self._edited else one for one in self.conditions]
        self.conditions = tuple(dict.fromkeys(replaced if self._edited else [*replaced, condition]))
        self._leave()
        self._show()
        self._changed()

    def _leave(self) -> None:
        self._edited = None
        self.editor.hide()
        self.add.show()
        self.add.setFocus()

    def _show(self) -> None:
        """Make the chips anew."""
        clear(self._flow)
        holding = self._holding()
        self.chips = [self._chip(one) for one in holding]
        for chip in self.chips:
            self._flow.addWidget(chip)
        self._chips.setVisible(bool(holding))
        self.words.setVisible(len(holding) > 1)
        self.add.setEnabled(bool(self._found) and len(holding) < MOST)

    def _named(self, condition: Condition) -> str:
        """Return what the thing is called that a condition picks; until that is known, its id."""
        if WAYS[condition.way].picks and condition.value not in self._names:
            self._names[condition.value] = ""

            def found(words: str) -> None:
                self._names[condition.value] = words
                self._show()

            self._finder(self._found[condition.field].home).name(condition.value, found)
        return self._names.get(condition.value, "")

    def _chip(self, condition: Condition) -> QFrame:
        text = told(self._found[condition.field], condition, self._named(condition))
        words = QPushButton(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
        words.setProperty("role", "link")
        words.setToolTip(text)
        words.setAccessibleName(f"{tr('Change this filter')}: {text}")
        words.clicked.connect(lambda: self.edit(condition))
        away = QToolButton()
        away.setIcon(self._look.icon("x"))
        away.setToolTip(tr("Remove"))
        away.setAccessibleName(f"{tr('Remove')}: {text}")
        away.clicked.connect(lambda: self.remove(condition))
        return frame("chip", row(words, away, margins=(4, 0, 2, 0), spacing=0))
