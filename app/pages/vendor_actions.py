"""Asks a vendor to do something: which of the things its connector knows, what the vendor has to be told, and what it answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

from PySide6.QtWidgets import QWidget

from app.client.api import Call, Page, Row, filled
from app.client.errors import ClientError
from app.pages.blaming import blame
from app.pages.context import Context
from app.pages.keeping import keeping
from app.pages.manifest_forms import schema_fields
from app.system.languages import tr
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.inspector import code
from app.widgets.text import clear, column
from app.widgets.wizard import Wizard

CHOOSING, TELLING, READING = range(3)
PATH = "/installations/{id}/actions"


class VendorActions(Wizard):
    """The window; `changed` is told when the vendor has answered."""

    def __init__(self, context: Context, row: Row, changed: Callable[[], None]) -> None:
        self.choice = Form((Field("action", "What", "choice", required=True),))
        self.told, self.answered = column(), column()
        self.form = Form(())
        told, answered = QWidget(), QWidget()
        told.setLayout(self.told)
        answered.setLayout(self.answered)
        steps = ((tr("What"), self.choice), (tr("Details"), told), (tr("Answer"), answered))
        super().__init__(context.window, tr("Ask the vendor"), steps)
        self._context = context
        self._path = filled(PATH, row)
        self._changed = changed
        self._actions: dict[str, Row] = {}
        self._keys: dict[str, str] = {}
        self.wanted.connect(lambda place: (self._choose, self._send, self.accept)[place]())
        self.finished.connect(lambda _: context.jobs.cancel(self))
        self.wait(waiting=True)
        api = context.api
        context.jobs.run(lambda cancellation: api.page(self._path, cancellation=cancellation), self._offer, self._fail, self)

    def _offer(self, found: Page) -> None:
        self._actions = {action["name"]: action for action in found.rows}
        self.choice.offer("action", [(name, action["title"]) for name, action in self._actions.items()])
        self.wait(waiting=not found.rows)
        if not found.rows:
            self.fault.setText(tr("This connector knows nothing that its vendor can be asked for."))
            self.fault.show()

    @property
    def action(self) -> Row:
        """What is asked for."""
        return self._actions[str(self.choice.editor("action").value())]

    def _choose(self) -> None:
        clear(self.told)
        self.form = Form(schema_fields(self.action["given"]), self.action["example"])
        self.told.addWidget(self.form)
        self.show_step(TELLING, tr("Ask"))

    def _send(self) -> None:
        given = self.form.document()
        if given is None:
            self.wait(waiting=False)
            return
        name = self.action["name"]
        # The same thing asked again after silence must not be done twice at the vendor.
        key = self._keys.setdefault(repr((name, given)), str(uuid4()))
        api, call = self._context.api, Call("POST", f"{self._path}/{name}", body=given, headers={"Idempotency-Key": key})
        self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), self._show, self._fail, self)

    def _show(self, answer: Row) -> None:
        clear(self.answered)
        text = json.dumps(answer["result"], indent=2, ensure_ascii=False)
        self.answered.addWidget(code(text, tr("Answer"), keeping(self._context)))
        self.show_step(READING, tr("Close"))
        self.leave.hide()
        self._changed()

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        blame(self.form, self.say, error)
