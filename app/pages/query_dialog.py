"""The editor of a saved query: which records, under which conditions, in which order; what the appliance refuses stands at the condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from PySide6.QtWidgets import QComboBox

from app.client.api import Call, Page, Row, filled
from app.client.errors import ClientError, Invalid
from app.pages.context import Context
from app.pages.offering import offer
from app.pages.querying import NAME, QUESTION, composed, known_fields, placed, said_of
from app.pages.refusals import faulted, told
from app.pages.resources import RESOURCE
from app.system.languages import tr
from app.widgets.dialogs import FormDialog
from app.widgets.form import Form
from app.widgets.rows import RowsEditor

PATH = "/custom-endpoints"


class QueryDialog(FormDialog):
    """The window, for a new query or, with a row, one that asks something else from now on; `changed` is told when it was saved."""

    def __init__(self, context: Context, row: Row, changed: Callable[[], None]) -> None:
        known = row.get("object") == "custom_endpoint"
        form = Form(QUESTION if known else (NAME, *QUESTION), said_of(row) if known else None)
        title = f"{tr('Edit')}: {row['name']}" if known else tr("New saved query")
        about = tr("What it asks is answered at an address of its own, to every key that may read these records.")
        super().__init__(context.window, title, form, about, tr("Save"))
        self._context = context
        self._changed = changed
        self._call = Call("PUT", f"{PATH}/{filled('{name}', row)}") if known else Call("POST", PATH)
        self._keys: dict[str, str] = {}
        self._said: Row = {}
        self.submitted.connect(self._send)
        resource = form.editor("resource").widget
        assert isinstance(resource, QComboBox)  # noqa: S101 - the table of editors says so
        resource.currentIndexChanged.connect(lambda _: self._suggest(str(resource.currentData())))
        self._suggest(str(resource.currentData()))
        offer(context, form, RESOURCE)
        self.finished.connect(lambda _: context.jobs.cancel(self))

    def _suggest(self, resource: str) -> None:
        """Complete the names of fields by those that these records have."""
        api = self._context.api

        def show(found: Page) -> None:
            pairs = [(name, name) for name in known_fields(resource, found.rows)]
            conditions = self.form.editor("conditions")
            if isinstance(conditions, RowsEditor):
                conditions.suggest("field", pairs)

        self._context.jobs.run(
            lambda cancellation: api.page(f"/fields/{resource}", cancellation=cancellation), show, self._context.failed, (self, "fields")
        )

    def _send(self, said: dict[str, Any]) -> None:
        self._said, body = said, composed(said)
        key = self._keys.setdefault(repr(body), str(uuid4()))
        headers = {"Idempotency-Key": key} if self._call.method == "POST" else {}
        api, call = self._context.api, Call(self._call.method, self._call.path, body=body, headers=headers)
        self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), self._saved, self._fail, self)

    def _saved(self, _: Row) -> None:
        self.accept()
        self._context.toasts.say(tr("Saved query kept"))
        self._changed()

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        faults = placed({fault.pointer: faulted(fault) for fault in error.problem.faults}, self._said) if isinstance(error, Invalid) else {}
        loose = self.form.blame(faults)
        self.say(" ".join(loose) if faults else told(error))
