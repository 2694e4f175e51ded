"""Acting on several rows of a list: on those that are selected, or on everything that its filters find, seen or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QToolButton

from app.client.api import Row
from app.pages.bulk_dialog import BulkDialog
from app.pages.context import Context
from app.pages.listing import Listing
from app.pages.specs import Action, ListView
from app.system.languages import tr
from app.system.locales import number


class BulkActions:
    """A button with the acts that can be done to several rows; `chosen` says which are selected now."""

    def __init__(self, spec: ListView, context: Context, listing: Listing, chosen: Callable[[], Sequence[Row]], changed: Callable[[], None]) -> None:
        self._context = context
        self._listing = listing
        self._chosen = chosen
        self._changed = changed
        self.button = QToolButton()
        self.button.setProperty("role", "pick")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        for action in spec.actions:
            if action.bulk:
                menu.addAction(context.look.icon(action.icon), tr(action.label), partial(self.start, action))
        self.button.setMenu(menu)
        self.tell(0)

    def tell(self, selected: int) -> None:
        """Say what the acts are for now: what is selected, or all that match."""
        self.button.setText(tr("{count} selected…", count=number(selected)) if selected > 1 else tr("All that match…"))

    def start(self, action: Action) -> BulkDialog:
        """Begin with counting."""
        chosen = [row for row in self._chosen() if action.fits(row)]
        dialog = BulkDialog(self._context, self._listing, action, chosen if len(self._chosen()) > 1 else None)
        dialog.finished.connect(lambda _: self._changed())
        dialog.open()
        return dialog
