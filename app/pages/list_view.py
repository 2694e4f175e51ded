"""The widget of a list: filters above, the table, the drawer beside it, and words where there is nothing to see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLayout, QLineEdit, QMenu, QPushButton, QStackedWidget, QWidget

from app.client.api import Page
from app.client.errors import ClientError, Missing
from app.pages.acting import Acting
from app.pages.bulk_actions import BulkActions
from app.pages.condition_bar import ConditionBar
from app.pages.conditions import subjects
from app.pages.context import Context, sentence
from app.pages.declared import widened
from app.pages.details import Details
from app.pages.listing import Listing, identity, title_of
from app.pages.owner import Owner
from app.pages.picking import Picking
from app.pages.specs import OWNER, Action, Filter, ListView, Row
from app.system.arrangements import Arrangement
from app.system.languages import tr
from app.widgets.arranging import Arranging
from app.widgets.drawer import Drawer
from app.widgets.empty import Empty
from app.widgets.table import Table
from app.widgets.text import column, frame, row

TYPING_MS: Final = 150
LIVE_MS: Final = 2000
BESIDE: Final = 4  # filters stand beside one another; the others below them, so that words in every language have room


class ListWidget(QWidget):
    """One list on the screen."""

    def __init__(self, spec: ListView, context: Context) -> None:
        super().__init__()
        self.spec = spec
        self._plain = spec  # as the page declares it, before the tenant's own fields
        self.context = context
        self.listing = Listing(spec, context.api, context.jobs, self._shown, self._failed, context.names)
        self.table = Table(context.look, self.listing.model, [wanted.width for wanted in spec.columns], tr(spec.label))
        self._name, kept = f"{spec.label} {spec.path}", context.arrangements
        arranged = kept.find(self._name)
        self.arranging = Arranging(self.table, [wanted.key for wanted in spec.columns], arranged, partial(kept.put_columns, self._name))
        self.drawer = Drawer(context.look)
        self.acting = Acting(context, self.reload)
        self.details = Details(spec, context, self.drawer, self.act)
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._filter)
        self._fields: list[tuple[Filter, QLineEdit | QComboBox]] = []
        self._owner = Owner(spec.of, context, self._begin) if spec.of else None
        self._of = ""
        self._own = self._asking(arranged) if spec.declares else None
        self._bulk = BulkActions(spec, context, self.listing, self.chosen, self.reload) if any(action.bulk for action in spec.actions) else None
        self._acted = False
        # What was selected, and how far down somebody read: a list that is read again shows both again.
        self._kept: frozenset[str] = frozenset()
        self._scrolled = 0
        self._live = QCheckBox(tr("Live"), self)
        self._live.setVisible(spec.live)
        self._live.setToolTip(tr("Let new rows come in by themselves"))
        self._ticks = QTimer(self, interval=LIVE_MS)
        self._ticks.timeout.connect(self._tick)
        self._live.toggled.connect(self._follow)
        self._stack = QStackedWidget()
        self._again, self._unfiltered, self._first = QPushButton(tr("Try again")), QPushButton(tr("Clear the filters")), QPushButton()
        self._again.clicked.connect(self.reload)
        self._unfiltered.clicked.connect(self._clear)
        self._first.clicked.connect(self.make)
        self._void = Empty(context.look, "inbox", self._again, self._unfiltered, self._first)
        self._build()

    def _asking(self, arranged: Arrangement) -> ConditionBar:
        return ConditionBar(self.context.look, arranged.conditions, self._keep, partial(Picking, self.context), either=arranged.either)

    def _build(self) -> None:
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._void)
        card = frame("card", row(column(self._stack, margins=(1, 1, 1, 1)), self.drawer, spacing=0))
        bar = self._filters()
        self.setLayout(column(*([bar] if bar else []), card, spacing=12))
        self.table.opened.connect(self._open)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.drawer.closed.connect(self.table.setFocus)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(any(wanted.sort for wanted in self.spec.columns))
        header.sectionClicked.connect(self._sort)

    def _filters(self) -> QWidget | None:
        parts: list[QWidget] = [self._owner.widget] if self._owner else []
        for wanted in self.spec.filters:
            field = self._choice(wanted) if wanted.choices or wanted.source else self._line(wanted)
            self._fields.append((wanted, field))
            field.setAccessibleName(tr(wanted.label))
            parts.append(field)
        ends: list[QWidget] = [self._also(action) for action in self.spec.also]
        ends += [self._bulk.button] if self._bulk else []
        ends += [self._live] if self.spec.live else []
        if not parts and not ends:
            return None
        bar = QWidget()
        below = [row(*parts[BESIDE:], None)] if parts[BESIDE:] else []
        others: list[QWidget | QLayout] = [*below, *([self._own] if self._own else [])]
        bar.setLayout(column(row(*parts[:BESIDE], None, *ends), *others))
        return bar

    def _also(self, action: Action) -> QPushButton:
        button = QPushButton(tr(action.label))
        button.clicked.connect(lambda: self.acting.start(action, {"path": self.listing.path, "query": self.listing.questions()}))
        return button

    def _line(self, wanted: Filter) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(tr(wanted.label))
        line.setClearButtonEnabled(True)
        line.setMinimumWidth(max(130, min(220, line.fontMetrics().horizontalAdvance(tr(wanted.label)) + 44)))
        line.setMaximumWidth(240)
        line.textChanged.connect(lambda _: self._typing.start())
        return line

    def _choice(self, wanted: Filter) -> QComboBox:
        choice = QComboBox()
        if not wanted.default:
            choice.addItem(f"{tr(wanted.label)}: {tr(wanted.void)}", "")
        for value, words in wanted.choices.items():
            choice.addItem(tr(words), value)
        choice.setCurrentIndex(max(0, choice.findData(wanted.default)))
        choice.currentIndexChanged.connect(lambda _: self._filter())
        return choice

    def _offer(self, wanted: Filter, choice: QComboBox) -> None:
        """Read what can be chosen, and keep what is."""
        value, words = wanted.source_keys

        def show(found: Sequence[Row]) -> None:
            kept = choice.currentData()
            choice.blockSignals(True)  # noqa: FBT003 - Qt's own
            while choice.count() > 1:
                choice.removeItem(1)
            for one in found:
                choice.addItem(str(one[words]), str(one[value]))
            choice.setCurrentIndex(max(0, choice.findData(kept)))
            choice.blockSignals(False)  # noqa: FBT003 - Qt's own
            self._filter()

        api = self.context.api
        self.context.jobs.run(
            lambda cancellation: api.every(wanted.source, cancellation=cancellation), show, self.context.complain, (self, wanted.query)
        )

    def _clear(self) -> None:
        for _, field in self._fields:
            if isinstance(field, QLineEdit):
                field.clear()
            else:
                field.setCurrentIndex(0)
        if self._own:
            self._own.clear()
        self._keep()

    def _keep(self) -> None:
        """Filter by what somebody has put together, and keep it for the next time."""
        if self._own:
            self.context.arrangements.put_conditions(self._name, self._own.conditions, either=self._own.either)
        self._filter()

    def _filter(self) -> None:
        own = self._own.chosen() if self._own else []
        self.listing.filter([*((wanted, _whole(wanted, _entered(field))) for wanted, field in self._fields), *own])

    def _sort(self, section: int) -> None:
        header = self.table.horizontalHeader()
        descending = header.sortIndicatorSection() == section and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        if self.listing.order(section, descending=descending):
            header.setSortIndicatorShown(True)
            header.setSortIndicator(section, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    # What the page around it says.

    def enter(self) -> None:
        """Begin to show: read afresh."""
        self.listing.move(self.context.api)
        self._follow(self._live.isChecked())
        for wanted, field in self._fields:
            if wanted.source and isinstance(field, QComboBox):
                self._offer(wanted, field)
        if self._owner:
            self._owner.read()
        else:
            self._begin()

    def _begin(self, owner: str = "") -> None:
        """List what belongs to an owner, or everything; where a tenant may declare fields, as it has declared them by now."""
        self._of = owner
        if not self._plain.declares or self._lacks_owner:
            self._list()
            return

        def show(found: Page) -> None:
            self.reshape(widened(self._plain, found.rows))
            self._know(found.rows)

        def fail(error: ClientError) -> None:
            self.context.failed(error)
            self._know(())

        api, place = self.context.api, self._plain.declares.replace(OWNER, owner)
        self.context.jobs.run(lambda cancellation: api.page(place, cancellation=cancellation), show, fail, (self, "declared"))

    def _know(self, declared: Sequence[Row]) -> None:
        """List what holds by the fields that there are."""
        if self._own:
            place = self.context.api.place
            self._own.offer(subjects(self._plain, declared), f"{place.tenant_id} {place.mode}")
        self._filter()
        self._list()

    def _list(self) -> None:
        if self._owner is None:
            self.reload()
            return
        self.listing.belong(self._of)
        if self._lacks_owner:
            self._shown()

    def reshape(self, spec: ListView) -> None:
        """Show the same list with other columns, facts and forms."""
        if spec != self.spec:
            self.spec = self.details.spec = spec
            self.table.widen([wanted.width for wanted in spec.columns], lambda: self.listing.reshape(spec))
            self.arranging.take([wanted.key for wanted in spec.columns], self.context.arrangements.find(self._name))

    def leave(self) -> None:
        """Show no longer."""
        self._ticks.stop()
        self.acting.flush()

    def _follow(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's signal carries it by position
        if wanted:
            self._ticks.start()
        else:
            self._ticks.stop()

    def _tick(self) -> None:
        """Look for what is new, unless somebody reads further down or has selected several rows."""
        if self.table.verticalScrollBar().value() == 0 and len(self.table.chosen()) < 2:
            self.listing.follow()

    def reload(self) -> None:
        """Read from the beginning, and show afresh what is open beside it."""
        self._acted = self.drawer.isVisible()
        self._scrolled = self.table.verticalScrollBar().value()
        self.listing.reread()

    def chosen(self) -> list[Row]:
        """Return the selected rows, those that are on their way left out."""
        found = (self.listing.model.row_at(place) for place in self.table.chosen())
        return [row for row in found if row is not None]

    def make(self) -> None:
        """Begin to make a new thing."""
        if self._lacks_owner:
            self.context.toasts.say(self._says_empty(), "warning")
        elif self.spec.create:
            self.acting.start(self.spec.create.of(self._of))

    @property
    def _lacks_owner(self) -> bool:
        """Whether nothing is chosen of what the list belongs to."""
        return self._owner is not None and not self._of

    def _says_empty(self) -> str:
        return tr((self.spec.of.empty if self.spec.of and self._lacks_owner else "") or self.spec.empty)

    def go_to_filters(self) -> None:
        """Go to the first filter."""
        if self._fields:
            self._fields[0][1].setFocus()

    def act(self, action: Action, chosen: Row) -> None:
        """Begin an action on a row."""
        self.acting.start(action.of(self._of), chosen, title_of(self.spec, chosen))

    def open_thing(self, thing: str) -> None:
        """Open a thing by its id, wherever it stands in the list."""
        self.details.find(thing, self.listing.path)

    # What the user does.

    def _open(self, place: int) -> None:
        found = self.listing.model.row_at(place)
        if found:
            self.details.show(found)

    def _menu(self, at: QPoint) -> None:
        place = self.table.indexAt(at).row()
        found = self.listing.model.row_at(place) if place >= 0 else None
        if found:
            menu = QMenu(self)
            for action in self.spec.actions:
                if action.fits(found):
                    menu.addAction(self.context.look.icon(action.icon), tr(action.label), lambda action=action: self.act(action, found))
            menu.popup(self.table.viewport().mapToGlobal(at))

    # What came of reading.

    def _shown(self) -> None:
        empty = self.listing.model.rowCount() == 0
        filtered = self.listing.filtered
        self._void.say(tr("Nothing matches these filters.") if filtered else self._says_empty())
        self._again.hide()
        self._unfiltered.setVisible(filtered)
        self._first.setText(tr(self.spec.create.label) if self.spec.create else "")
        self._first.setVisible(self.spec.create is not None and not filtered and not self._lacks_owner)
        self._stack.setCurrentIndex(1 if empty else 0)
        if self.drawer.isVisible():
            self.details.renew(self.listing.model.rows(), self.listing.path, acted=self._acted)
        self._acted = False
        self._restore()

    def _restore(self) -> None:
        """Select again what was selected before the rows came anew, and scroll to where one was."""
        if self._kept and not self.table.chosen():
            self.table.choose([place for place, row in enumerate(self.listing.model.rows()) if identity(row) in self._kept])
        if self._scrolled:
            self.table.verticalScrollBar().setValue(self._scrolled)
            self._scrolled = 0
        self._selected()

    def _selected(self) -> None:
        chosen = self.chosen()
        if chosen or self.listing.model.rowCount():
            self._kept = frozenset(map(identity, chosen))
        if self._bulk:
            self._bulk.tell(len(self.table.chosen()))

    def _failed(self, error: ClientError) -> None:
        self.context.failed(error)
        if self.listing.model.rowCount() == 0:
            self._void.say(sentence(error))
            self._again.setVisible(not isinstance(error, Missing))
            self._unfiltered.hide()
            self._first.hide()
            self._stack.setCurrentIndex(1)


def _whole(wanted: Filter, entered: str) -> str:
    """Return what was entered; nothing while it is still being typed."""
    return entered if not wanted.complete or re.fullmatch(wanted.complete, entered) else ""


def _entered(field: QLineEdit | QComboBox) -> str:
    return field.text().strip() if isinstance(field, QLineEdit) else str(field.currentData() or "")
