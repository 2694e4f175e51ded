"""The choice above a list whose rows belong to something: which webhook's deliveries, which source's messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox

from app.client.api import Row
from app.pages.context import Context
from app.pages.specs import Of
from app.system.languages import tr


class Owner:
    """Chooses; `belong` is called with the id of what was chosen, empty when there is nothing to choose."""

    def __init__(self, of: Of, context: Context, belong: Callable[[str], None]) -> None:
        self._of = of
        self._context = context
        self._belong = belong
        self.widget = QComboBox()
        self.widget.setMinimumWidth(200)
        self.widget.setAccessibleName(tr(of.label))
        self.widget.setPlaceholderText(tr(of.label))
        self.widget.currentIndexChanged.connect(lambda _: belong(str(self.widget.currentData() or "")))

    def read(self) -> None:
        """Read what there is to choose from."""
        api = self._context.api
        self._context.jobs.run(lambda cancellation: api.every(self._of.path, cancellation=cancellation), self._offer, self._context.complain, self)

    def _offer(self, found: Sequence[Row]) -> None:
        chosen = self.widget.currentData()
        self.widget.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.widget.clear()
        for value, words in self._of.choices.items():
            self.widget.addItem(tr(words), value)
        for row in found:
            self.widget.addItem(str(row.get(self._of.name) or row[self._of.key]), self._of.pattern.format(row[self._of.key]))
        self.widget.setCurrentIndex(max(0, self.widget.findData(chosen)) if self.widget.count() else -1)
        self.widget.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._belong(str(self.widget.currentData() or ""))
