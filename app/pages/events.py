"""Events as they happen: of all tenants, filtered here, paused without losing any; a broken line goes on where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QStackedWidget, QWidget

from app.client import stream
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.client.stream import Event
from app.jobs.following import Following
from app.models.columns import Column, plain
from app.models.json_tree import JsonTree
from app.models.tail_table import TailTable
from app.pages.context import Context
from app.pages.refusals import told
from app.pages.specs import Action, Count, Custom, Danger, Document, Filter, ListView, PageSpec, removal
from app.system.languages import tr, trn
from app.system.locales import number
from app.widgets.drawer import Drawer
from app.widgets.empty import Empty
from app.widgets.fields import Field
from app.widgets.inspector import tree
from app.widgets.table import Table
from app.widgets.text import column, frame, label, pill, row, set_tone

KEPT: Final = 5000
COLUMNS: Final = (
    Column("timestamp", "At", 170, "clock"),
    Column("type", "Type", 200, "code"),
    Column("data.object", "Thing", 110, "badge"),
    Column("data.id", "Id", 260, "code"),
    Column("tenant_id", "Tenant", 260, "code"),
)


class LiveEvents(QWidget):
    """The stream."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.model = TailTable(COLUMNS, KEPT)
        self.following = Following(self._source, self.arrive, self._say, self)
        self.state = pill(tr("connecting…"))
        self.count = label("", "caption")
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText(tr("Type contains"))
        self.pattern.setAccessibleName(tr("Type contains"))
        self.pattern.setFixedWidth(240)
        self.pattern.setClearButtonEnabled(True)
        self.pattern.textChanged.connect(self._filter)
        self.pause = QCheckBox(tr("Pause"))
        self.pause.toggled.connect(self._pause)
        clear = QPushButton(tr("Clear"))
        clear.clicked.connect(self._clear)
        self.drawer = Drawer(context.look)
        table = Table(context.look, self.model, [wanted.width for wanted in COLUMNS], tr("Events"))
        table.opened.connect(self._open)
        void = Empty(context.look, "activity")
        void.say(tr("Nothing happened since you came here. What happens from now on comes in by itself."))
        self._stack = QStackedWidget()
        self._stack.addWidget(table)
        self._stack.addWidget(void)
        self._stack.setCurrentWidget(void)
        card = frame("card", row(column(self._stack, margins=(1, 1, 1, 1)), self.drawer, spacing=0))
        self.setLayout(column(row(self.pattern, self.state, self.count, None, self.pause, clear), card, spacing=12))

    def enter(self) -> None:
        """Begin to follow."""
        self.following.start()

    def leave(self) -> None:
        """Follow no longer."""
        self.following.stop()

    def arrive(self, found: list[Event]) -> None:
        """Show new events above the others."""
        self.model.put([{"key": event.id, **event.document} for event in found])
        self._show()

    def _source(self, last: Event | None, cancellation: Cancellation) -> Iterator[Event | None]:
        for found in stream.events(self.context.api, "/admin/v1/events/stream", last.id if last else None, cancellation):
            if found:  # the stream waits for nothing: tenants that nobody has listed yet keep their ids
                self.context.names.put(self.context.api, COLUMNS, [found.document])
            yield found

    def _filter(self, pattern: str) -> None:
        wanted = pattern.strip()
        self.model.choose(lambda found: wanted in str(found.get("type")))
        self._show()

    def _show(self) -> None:
        self._stack.setCurrentIndex(1 if self.model.empty else 0)
        self._tell()

    def _tell(self) -> None:
        shown = self.model.rowCount()
        waiting = self.following.held if self.following.paused else 0
        words = trn("{count} event", "{count} events", shown, count=number(shown))
        self.count.setText(f"{words} · {tr('{count} waiting', count=number(waiting))}" if waiting else words)

    def _say(self, error: ClientError | None) -> None:
        self.state.setText(tr("live") if error is None else told(error))
        set_tone(self.state, "ok" if error is None else "warning")
        if self.following.paused:
            self._tell()

    def _pause(self, paused: bool) -> None:  # noqa: FBT001 - Qt's signal carries it by position
        self.following.paused = paused

    def _clear(self) -> None:
        self.model.clear()
        self._show()

    def _open(self, place: int) -> None:
        found = self.model.row_at(place)
        if found:
            self.drawer.begin(str(found["type"]), str(found["id"]))
            self.drawer.tab(tr("Event"), tree(JsonTree(plain(found)), tr("Event")), scrolls=False)


HISTORY: Final = ListView(
    label="History",
    path="/events",
    name="type",
    object="evt",
    columns=COLUMNS[:4],
    filters=(Filter("type", "Type, such as contact.created"),),
    tabs=(Document("Record", "data.record"), Document("Changes", "data.changes"), Document("Everything")),
    empty="Nothing happened in this tenant yet.",
    live=True,
)

EVENT_TYPES: Final = ListView(
    label="Event types",
    path="/event-types",
    columns=(
        Column("name", "Name", 240, "code"),
        Column("summary", "Means", 420, "said"),
        Column("alias", "Also called", 200),
        Column("version", "Version", 110),
    ),
    filters=(Filter("search", "Search", held=True),),
    tabs=(Document("Sample", "sample"), Document("Schema", "schema")),
    empty="No event types.",
)
CONSUMERS: Final = ListView(
    label="Consumers",
    path="/events/consumers",
    columns=(
        Column("name", "Name", 240),
        Column("waiting", "Waiting", 100, "number"),
        Column("acknowledged_at", "Acknowledged", 140, "time"),
        Column("created_at", "Created", 140, "time"),
    ),
    empty="Nobody polls for events. A consumer remembers how far a program has read.",
    create=Action(
        "create",
        "New consumer",
        "/events/consumers",
        icon="plus",
        fields=(
            Field("name", "Name", required=True, placeholder="warehouse"),
            Field("start", "Begins with", "choice", required=True, choices={"now": "What happens from now on", "beginning": "The oldest event"}),
        ),
        done="Consumer created",
    ),
    actions=(
        removal(
            "/events/consumers/{id}",
            "Consumer removed",
            Danger("Whoever polls by it is refused. Its events stay.", (Count("events waiting", "", "waiting"),)),
        ),
    ),
)

PAGE: Final = PageSpec(
    "events",
    "Events",
    "activity",
    "Traffic",
    "What happens in the appliance, as it happens.",
    (Custom("Live", LiveEvents), HISTORY, EVENT_TYPES, CONSUMERS),
)
