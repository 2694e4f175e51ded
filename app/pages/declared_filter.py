"""The filter by a custom field: which one, and what its value is to be; its fields are those that the tenant has declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.client.api import Row
from app.pages.declared import called, filter_of
from app.pages.specs import Filter
from app.system.languages import tr
from app.widgets.text import row

WIDTH = 150


class DeclaredFilter(QWidget):
    """Two fields beside one another; hidden while nothing is declared. `changed` is called when another value holds."""

    def __init__(self, changed: Callable[[], None], typing_ms: int) -> None:
        super().__init__()
        self._fields: list[Row] = []
        self._typing = QTimer(self, interval=typing_ms, singleShot=True)
        self._typing.timeout.connect(changed)
        self._changed = changed
        self.field = QComboBox()
        self.field.setAccessibleName(tr("Custom field"))
        self.line = QLineEdit()
        self.line.setFixedWidth(WIDTH)
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(lambda _: self._typing.start())
        self.choice = QComboBox()
        self.field.currentIndexChanged.connect(lambda _: self._choose())
        self.choice.currentIndexChanged.connect(lambda _: changed())
        self.setLayout(row(self.field, self.line, self.choice))
        self.hide()
        self.offer([])

    def offer(self, fields: Sequence[Row]) -> None:
        """Offer these custom fields, and filter by none of them, unless they are the same as before."""
        if self._fields and self._fields == list(fields):
            return
        self._fields = list(fields)
        self.field.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.field.clear()
        self.field.addItem(f"{tr('Custom field')}: {tr('none')}")
        for one in fields:
            self.field.addItem(called(one))
        self.field.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.setVisible(bool(fields))
        self._show(None)

    def clear(self) -> None:
        """Filter by none."""
        self.field.setCurrentIndex(0)

    @property
    def _wanted(self) -> Filter | None:
        place = self.field.currentIndex() - 1
        return filter_of(self._fields[place]) if 0 <= place < len(self._fields) else None

    def chosen(self) -> list[tuple[Filter, str]]:
        """Return the filter and its value, as a list takes them."""
        wanted = self._wanted
        if wanted is None:
            return []
        value = str(self.choice.currentData() or "") if wanted.choices else self.line.text().strip()
        return [(wanted, value)]

    def _choose(self) -> None:
        self._show(self._wanted)
        self._changed()

    def _show(self, wanted: Filter | None) -> None:
        self.line.setVisible(wanted is not None and not wanted.choices)
        self.choice.setVisible(wanted is not None and bool(wanted.choices))
        self.line.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.line.clear()
        self.line.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.choice.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.choice.clear()
        self.choice.addItem(tr("all"), "")
        for value, words in (wanted.choices if wanted else {}).items():
            self.choice.addItem(tr(words), value)
        self.choice.blockSignals(False)  # noqa: FBT003 - Qt's own
        for field in (self.line, self.choice):
            field.setAccessibleName(wanted.label if wanted else tr("Custom field"))
        self.line.setPlaceholderText(wanted.label if wanted else "")
