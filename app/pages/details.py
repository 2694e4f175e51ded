"""What the drawer shows of one thing: its facts, its lists, and the actions that fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton, QWidget
from shiboken6 import isValid

from app.client.api import Api, Call, Row, filled
from app.client.cancellation import Cancellation
from app.client.errors import ClientError, Missing
from app.models.columns import Column, cell, plain, reach
from app.models.json_tree import JsonTree
from app.models.remote_table import RemoteTable, filled_with
from app.pages.context import Context
from app.pages.keeping import keeping
from app.pages.listing import Listing, identity, title_of
from app.pages.specs import Action, ListView, Part, Picture, Reading, Shown, Tab, Words
from app.system.languages import tr
from app.widgets.drawer import Drawer, facts_of
from app.widgets.inspector import Inspector, code, tree
from app.widgets.table import Table
from app.widgets.text import column, label
from app.widgets.text import row as row_of

_BUTTONS = 2  # as many actions are buttons; the others are in a menu


class Details:
    """Fills a drawer. `act` is called with an action and the row it is for."""

    def __init__(self, spec: ListView, context: Context, drawer: Drawer, act: Callable[[Action, Row], None]) -> None:
        self.spec = spec
        self._context = context
        self._drawer = drawer
        self._act = act
        self._lists: list[Listing] = []
        self._row: Row = {}

    def find(self, thing: str, place: str = "") -> None:
        """Read a thing by its id, and show it; `place` is where its list lies."""
        self._read(f"{self._home(place or self.spec.path)}/{thing}", self._context.complain)

    def renew(self, rows: Sequence[Row], place: str, *, acted: bool) -> None:
        """Show the thing as its list knows it now; after an act also what lies in its tabs, and nothing of a thing that is gone."""
        found = next((row for row in rows if identity(row) == identity(self._row)), None)
        if found is None and acted:
            self._read(f"{self._home(place.partition('?')[0])}/{identity(self._row)}", self._lost)
        elif found is not None and (acted or found != self._row):
            self._again(found)

    def _home(self, place: str) -> str:
        """Return where things of the list are read by their ids, which may depend on the one that is shown."""
        return filled(self.spec.read, self._row) if self.spec.read and self._row else self.spec.read or place

    def _read(self, path: str, failed: Callable[[ClientError], None]) -> None:
        api = self._context.api

        def work(cancellation: Cancellation) -> Row:
            row = api.get(path, cancellation=cancellation)
            self._context.names.fill(api, (*self.spec.columns, *self.spec.facts), [row], cancellation)
            return row

        self._context.jobs.run(work, self._again, failed, self)

    def _lost(self, error: ClientError) -> None:
        if isinstance(error, Missing):
            self._drawer.dismiss()
        else:
            self._context.complain(error)

    def _again(self, row: Row) -> None:
        """Show a row, at the tab that was looked at when it was the same thing."""
        focus = QApplication.focusWidget()
        at_work = focus is not None and self._drawer.isAncestorOf(focus)
        looked_at = self._drawer.tabs.currentIndex() if self._row and identity(row) == identity(self._row) else 0
        self.show(row)
        tabs = self._drawer.tabs
        tabs.setCurrentIndex(min(looked_at, tabs.count() - 1))
        if at_work:
            tabs.tabBar().setFocus()

    def show(self, row: Row) -> None:
        """Show a row."""
        self._row = row
        self._drawer.begin(title_of(self.spec, row), str(row.get("id", "")))
        self._offer([action for action in self.spec.actions if action.fits(row)], row)
        columns = self.spec.facts or self.spec.columns
        facts = facts_of([fact(column, row) for column in columns])
        self._drawer.tab(tr("Details"), self._pictured(self.spec.picture, row, facts) if self.spec.picture else facts)
        self._lists = []
        for tab in self.spec.tabs:
            self._add(tab, row)

    def _add(self, tab: Shown, row: Row) -> None:
        if isinstance(tab, Tab):
            self._lists.append(self._list(tab, row))
        elif isinstance(tab, Part):
            self._part(tab, tab.rows(row))
        elif isinstance(tab, Reading):
            self._figures(tab, row)
        elif isinstance(tab, Words):
            self._drawer.tab(tr(tab.label), code(tab.text(row), tr(tab.label), keeping(self._context)), scrolls=False)
        else:
            document = reach(row, tab.key) if tab.key else plain(row)
            self._drawer.tab(tr(tab.label), tree(JsonTree(document), tr(tab.label)), scrolls=False)

    def _offer(self, actions: list[Action], row: Row) -> None:
        layout = self._drawer.buttons
        for action in actions[:_BUTTONS]:
            button = QPushButton(tr(action.label))
            button.setProperty("role", "hurting" if action.danger else "")
            button.clicked.connect(lambda _=False, action=action: self._act(action, row))
            layout.addWidget(button)
        if actions[_BUTTONS:]:
            layout.addWidget(self._more(actions[_BUTTONS:], row))
        layout.addStretch(1)

    def _more(self, actions: list[Action], row: Row) -> QToolButton:
        button = QToolButton()
        button.setIcon(self._context.look.icon("more"))
        button.setAccessibleName(tr("More actions"))
        button.setToolTip(tr("More actions"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for action in actions:
            menu.addAction(self._context.look.icon(action.icon), tr(action.label), lambda action=action: self._act(action, row))
        button.setMenu(menu)
        return button

    def _list(self, tab: Tab, row: Row) -> Listing:
        spec = ListView(label=tab.label, path=filled(tab.path, row), columns=tab.columns)
        listing = Listing(spec, self._context.api, self._context.jobs, failed=self._context.complain, names=self._context.names)
        self._table(tab, listing.model)
        listing.reload()
        return listing

    def _figures(self, tab: Reading, row: Row) -> None:
        """Show what is read of a thing as facts, once it has come."""
        flow, place, api = QWidget(), column(), self._context.api
        flow.setObjectName("flow")
        flow.setLayout(place)
        self._drawer.tab(tr(tab.label), flow)

        def show(found: Row) -> None:
            if isValid(flow):  # another thing may be shown by now
                place.addWidget(facts_of([fact(wanted, found) for wanted in tab.facts]))

        self._context.jobs.run(
            lambda cancellation: api.get(filled(tab.path, row), cancellation=cancellation), show, self._context.complain, (self, tab.label)
        )

    def _part(self, part: Part, rows: Sequence[Row]) -> None:
        """Show a list that a row holds; the names of what it refers to come when they are known."""
        model, api, names = filled_with(part.columns, rows), self._context.api, self._context.names

        def work(cancellation: Cancellation) -> list[Row]:
            found = [dict(one) for one in rows]
            names.fill(api, part.columns, found, cancellation)
            return found

        def show(found: list[Row]) -> None:
            if isValid(model):  # another thing may be shown by now
                model.put(0, found, None)

        if any(wanted.home for wanted in part.columns):
            self._context.jobs.run(work, show, self._context.failed, (self, part.label))
        self._table(part, model)

    def _pictured(self, picture: Picture, row: Row, below: QWidget) -> QWidget:
        """Return facts with a picture of their row above them, once it has come; what has none shows none."""
        flow, shown, api = QWidget(), label(""), self._context.api
        flow.setObjectName("flow")
        flow.setLayout(column(shown, below, margins=(0, 12, 0, 0)))
        shown.hide()
        shown.setAccessibleName(tr("Picture"))

        def show(found: QImage) -> None:
            if isValid(shown) and not found.isNull():
                shown.setPixmap(QPixmap.fromImage(found))
                shown.show()

        if picture.when(row):
            call = Call("GET", filled(picture.path, row))
            work = partial(drawn, api, call)
            self._context.jobs.run(work, show, lambda _: None, (self, "picture"))
        return flow

    def _table(self, tab: Tab | Part, model: RemoteTable) -> None:
        table = Table(self._context.look, model, [column.width for column in tab.columns], tr(tab.label))
        model.setParent(table)
        table.opened.connect(lambda place: self._inspect(model.row_at(place)))
        if isinstance(tab, Part) and tab.actions:
            self._drawer.tab(tr(tab.label), self._acted_on(tab, table, model), scrolls=False)
        else:
            self._drawer.tab(tr(tab.label), table, scrolls=False)

    def _acted_on(self, part: Part, table: Table, model: RemoteTable) -> QWidget:
        """Return a table with buttons below it for what can be done to the row that is chosen."""
        buttons = [(action, QPushButton(self._context.look.icon(action.icon), tr(action.label))) for action in part.actions]

        def chosen() -> Row | None:
            places = table.chosen()
            return model.row_at(places[0]) if len(places) == 1 else None

        def tell() -> None:
            row = chosen()
            for action, button in buttons:
                button.setEnabled(row is not None and action.fits(row))

        for action, button in buttons:
            button.clicked.connect(lambda _=False, action=action: self._act(action, chosen() or {}))
        table.selectionModel().selectionChanged.connect(lambda *_: tell())
        table.choose([0] if model.rowCount() else [])
        tell()
        found = QWidget()
        told = [label(tr(part.about), "caption", wrap=True)] if part.about else []
        found.setLayout(column(table, *told, row_of(None, *(button for _, button in buttons)), margins=(0, 0, 0, 4)))
        return found

    def _inspect(self, row: Row | None) -> None:
        if row:
            Inspector(self._context.window, str(row.get("id", "")), JsonTree(row), texts_of(row), keeping(self._context)).open()


def drawn(api: Api, call: Call, cancellation: Cancellation) -> QImage:
    """Return a picture of the appliance's; one that is none is empty."""
    return QImage.fromData(api.send(call, cancellation).content)


def texts_of(row: Row) -> dict[str, str]:
    """Return what of a row is read as text: a request and its response with their headers, and the command that repeats it."""
    found: dict[str, str] = {}
    for key, words in (("request", tr("Request")), ("response", tr("Response"))):
        part = row.get(key)
        if isinstance(part, dict):
            headers = "\n".join(f"{name}: {value}" for name, value in (part.get("headers") or {}).items())
            found[words] = f"{headers}\n\n{part.get('body') or ''}".strip()
    if row.get("curl"):
        found[tr("As a command")] = str(row["curl"])
    return found


def fact(column: Column, row: Row) -> tuple[str, str, str | None, bool]:
    """Return a column as a fact: its label, its text, its tone, and whether it is code."""
    found = cell(column, row)
    told = found.tip if not column.home and found.tip != found.text else None  # the id of what has a name stands in the whole row
    words = f"{found.text} ({told})" if told else found.text
    return tr(column.label), words, found.tone, found.code
