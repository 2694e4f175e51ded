"""A saved query tried out: its parameters, and what it answers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.client.api import Page, Row, filled
from app.client.errors import ClientError
from app.models.columns import Column
from app.models.json_tree import JsonTree
from app.models.remote_table import filled_with
from app.pages.blaming import blame
from app.pages.context import Context
from app.pages.keeping import keeping
from app.pages.querying import answered_with, asked_by
from app.system.languages import tr, trn
from app.system.locales import number
from app.widgets.dialogs import Dialog
from app.widgets.form import Form
from app.widgets.inspector import Inspector
from app.widgets.table import Table
from app.widgets.text import clear, column, label

MOST: Final = 50  # rows of the answer that are shown
MOST_COLUMNS: Final = 6  # so that each has room; all that a row holds is a click away
LEFT_OUT: Final = frozenset({"object", "custom", "external_ids", "version", "deleted_at"})
TABLE_PIXELS: Final = 300


class QueryTrial(Dialog):
    """The window."""

    def __init__(self, context: Context, query: Row, _changed: Callable[[], None]) -> None:
        super().__init__(context.window, f"{tr('Try it')}: {query['name']}", query["description"] or "", act=tr("Ask"), width=820)
        self._context = context
        self._path = filled("/custom/{name}", query)
        self.form = Form(asked_by(query))
        self.state = label("", "muted", wrap=True)
        self.found = column()
        self.body.addWidget(self.form)
        self.body.addWidget(self.state)
        self.body.addLayout(self.found)
        self.leave.setText(tr("Close"))
        self.finished.connect(lambda _: context.jobs.cancel(self))
        if not query["parameters"]:
            self.confirm()

    def confirm(self) -> None:
        """Ask."""
        given = self.form.document()
        if given is None:
            return
        self.say("")
        self.wait(waiting=True)
        api, path, query = self._context.api, self._path, answered_with(given)
        self._context.jobs.run(lambda cancellation: api.page(path, query, limit=MOST, cancellation=cancellation), self._show, self._fail, self)

    def _show(self, page: Page) -> None:
        self.wait(waiting=False)
        clear(self.found)
        count = len(page.rows)
        words = trn("{count} thing matches.", "{count} things match.", count, count=number(count))
        self.state.setText(tr("The first {count} that match.", count=number(count)) if page.cursor else words)
        columns = columns_of(page.rows)
        model = filled_with(columns, page.rows)
        table = Table(self._context.look, model, [one.width for one in columns], tr("Answer"))
        table.setFixedHeight(TABLE_PIXELS)
        model.setParent(table)
        table.opened.connect(lambda place: self._inspect(model.row_at(place)))
        self.found.addWidget(table)

    def _inspect(self, row: Row | None) -> None:
        if row:
            Inspector(self, str(row.get("id", "")), JsonTree(row), {}, keeping(self._context)).open()

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        blame(self.form, self.say, error)


def columns_of(rows: Sequence[Row]) -> list[Column]:
    """Return columns for what an answer holds, custom fields as columns of their own, ids last; what is empty everywhere has none."""
    names = dict.fromkeys(name for row in rows for name, value in row.items() if name not in LEFT_OUT and value not in (None, "", [], {}))
    own = dict.fromkeys(name for row in rows for name in row.get("custom") or {})
    samples = {name: next(row[name] for row in rows if row.get(name) not in (None, "", [], {})) for name in names}
    plain = [Column(name, name, 130, _kind(name, samples[name])) for name in names]
    found = [*plain, *(Column(f"custom.{name}", name, 130) for name in own)]
    return sorted(found, key=lambda column: column.kind == "code")[:MOST_COLUMNS] or [Column("id", "Id", 240, "code")]


def _kind(name: str, value: object) -> str:
    if isinstance(value, dict):
        return "money" if set(value) == {"amount", "currency"} else "json"
    if isinstance(value, bool | list):
        return "switch" if isinstance(value, bool) else "list"
    if isinstance(value, int | float):
        return "number"
    return "time" if name.endswith("_at") else "code" if name == "id" or name.endswith("_id") else "text"
