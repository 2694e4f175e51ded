"""A sample sent to one webhook: which type, and then what its receiver answered, as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import uuid4

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from app.client.api import Api, Call, Page, Row, filled
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.models.columns import Column
from app.models.json_tree import JsonTree
from app.pages.context import Context, sentence
from app.pages.details import fact, texts_of
from app.pages.keeping import keeping
from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.drawer import facts_of
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.inspector import Inspector
from app.widgets.text import clear, column, label, row

ASK_MS: Final = 400
TYPE: Final = Field("event_type", "Event type", "choice", required=True, default="contact.created")
DELIVERY: Final = "/webhooks/{webhook_id}/deliveries/{id}"
ANSWERED: Final = (
    Column("status", "Answer", kind="status"),
    Column("error", "Error", kind="failure"),
    Column("duration_ms", "Took", kind="duration"),
    Column("address", "Address", kind="code"),
    Column("started_at", "At", kind="time"),
)


class Trial(Dialog):
    """The window; `changed` is told when a sample was tried."""

    def __init__(self, context: Context, webhook: Row, changed: Callable[[], None]) -> None:
        about = tr("A sample of this type is sent to this webhook alone, signed as a real one is.")
        super().__init__(context.window, f"{tr('Send a test')}: {webhook['name']}", about, act=tr("Send a test"), width=560)
        self._context = context
        self._webhook = webhook
        self._changed = changed
        self._delivery: Row = {}
        self.form = Form((TYPE,))
        self.state = label("", "muted", wrap=True)
        self.found = column()
        self.body.addWidget(self.form)
        self.body.addWidget(self.state)
        self.body.addLayout(self.found)
        self.leave.setText(tr("Close"))
        self._timer = QTimer(self, interval=ASK_MS, singleShot=True)
        self._timer.timeout.connect(self._look)
        self.finished.connect(lambda _: context.jobs.cancel(self))
        api = context.api
        context.jobs.run(lambda cancellation: api.page("/event-types", cancellation=cancellation), self._offer, self._fail, self)

    def _offer(self, types: Page) -> None:
        self.form.offer("event_type", [(str(one["name"]), str(one["name"])) for one in types.rows])

    def confirm(self) -> None:
        """Send a sample."""
        document = self.form.document()
        if document:
            clear(self.found)
            self.say("")
            self.wait(waiting=True)
            self.state.setText(tr("Sending…"))
            call = Call("POST", filled("/webhooks/{id}/test", self._webhook), body=document, headers={"Idempotency-Key": str(uuid4())})
            api = self._context.api
            self._context.jobs.run(lambda cancellation: api.ask(call, cancellation), self._sent, self._fail, self)

    def _sent(self, delivery: Row) -> None:
        self._delivery = delivery
        self.state.setText(tr("Waiting for the answer…"))
        self._look()

    def _look(self) -> None:
        api, place = self._context.api, filled(DELIVERY, self._delivery)
        self._context.jobs.run(lambda cancellation: looked(api, place, cancellation), self._show, self._fail, self)

    def _show(self, found: tuple[Row, Row | None]) -> None:
        delivery, attempt = found
        if attempt is None and delivery["state"] == "pending":
            self._timer.start()
            return
        self.wait(waiting=False)
        self.act.setText(tr("Send another"))
        self.state.setText("" if attempt else tr("It is held: the webhook is disabled."))
        if attempt:
            inspect = QPushButton(tr("Request and response"))
            inspect.clicked.connect(lambda: self._inspect(attempt))
            self.found.addWidget(facts_of([fact(Column("state", "State", kind="badge"), delivery), *(fact(one, attempt) for one in ANSWERED)]))
            self.found.addLayout(row(None, inspect))
        self._changed()

    def _inspect(self, attempt: Row) -> None:
        Inspector(self, str(attempt["id"]), JsonTree(attempt), texts_of(attempt), keeping(self._context)).open()

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.state.setText("")
        self.say(sentence(error))


def looked(api: Api, place: str, cancellation: Cancellation) -> tuple[Row, Row | None]:
    """Return a delivery as it is now, and its first attempt; None while there is none."""
    attempts = api.page(f"{place}/attempts", cancellation=cancellation).rows
    return api.get(place, cancellation=cancellation), attempts[0] if attempts else None
