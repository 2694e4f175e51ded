"""Shows what is in a record's encrypted fields, each on purpose, and hides it again after half a minute; no value outlives the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.client.api import Call, Row, filled
from app.client.errors import ClientError
from app.pages.context import Context, sentence
from app.system.languages import tr
from app.widgets.dialogs import Dialog, copy_concealed
from app.widgets.text import label, row

MASK: Final = "••••"
SHOWN_SECONDS: Final = 30.0


def encrypted(record: Row) -> dict[str, str]:
    """Return the masks of a record by the names of their fields, which lie in `custom`, or in a tenant's own type beside all others."""
    every = {**record, **(record.get("custom") or {})}
    return {name: value for name, value in every.items() if isinstance(value, str) and value.startswith(MASK)}


def revealing(path: str) -> Callable[[Context, Row, Callable[[], None]], Revealing]:
    """Return what opens the window for a record; `path` is asked, and may hold `{names}` of the record."""
    return lambda context, record, _: Revealing(context, filled(path, record), encrypted(record))


class Revealing(Dialog):
    """The window: a line for each field, with its mask until it is asked for."""

    def __init__(self, context: Context, path: str, masks: dict[str, str]) -> None:
        about = tr("Whoever reveals a value is written down in the audit trail. After {seconds} seconds it hides again.", seconds=int(SHOWN_SECONDS))
        super().__init__(context.window, tr("Encrypted fields"), about, act=tr("Close"), width=560)
        self._context = context
        self._path = path
        self.leave.hide()
        self.lines = {name: Line(name, mask, partial(self._ask, name)) for name, mask in masks.items()}
        for name, line in self.lines.items():
            self.body.addWidget(label(name, "caption"))
            self.body.addLayout(row(line.text, line.reveal, line.copy))
        self.finished.connect(lambda _: self._forget())

    def _ask(self, name: str) -> None:
        self.say("")
        api, call = self._context.api, Call("POST", self._path, body={"fields": [name]})
        self._context.jobs.run(
            lambda cancellation: api.ask(call, cancellation), lambda answer: self.lines[name].show(answer["fields"][name] or ""), self._fail, self
        )

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.say(sentence(error))

    def _forget(self) -> None:
        self._context.jobs.cancel(self)
        for line in self.lines.values():
            line.hide()


class Line:
    """One field: what is shown of it, and the buttons beside it."""

    def __init__(self, name: str, mask: str, ask: Callable[[], None]) -> None:
        self._mask = mask
        self._value: str | None = None
        self._ask = ask
        self.text = QLineEdit(mask)
        self.text.setReadOnly(True)
        self.text.setProperty("role", "code")
        self.text.setAccessibleName(name)
        self.reveal = QPushButton(tr("Reveal"))
        self.reveal.setMinimumWidth(self.reveal.sizeHint().width())
        self.reveal.clicked.connect(self._turn)
        self.copy = QPushButton(tr("Copy"))
        self.copy.clicked.connect(self._copy)
        self.copy.setEnabled(False)
        self.timer = QTimer(self.text, singleShot=True, interval=round(SHOWN_SECONDS * 1000))
        self.timer.timeout.connect(self.hide)

    def show(self, value: str) -> None:
        """Show the value for a while."""
        self._value = value
        self._draw()
        self.timer.start()

    def hide(self) -> None:
        """Show the mask again, and forget the value."""
        self._value = None
        self.timer.stop()
        self._draw()

    def _draw(self) -> None:
        self.text.setText(self._mask if self._value is None else self._value)
        self.text.setCursorPosition(0)
        self.reveal.setText(tr("Reveal") if self._value is None else tr("Hide"))
        self.copy.setText(tr("Copy"))
        self.copy.setEnabled(self._value is not None)

    def _turn(self) -> None:
        if self._value is None:
            self._ask()
        else:
            self.hide()

    def _copy(self) -> None:
        if self._value is not None:
            copy_concealed(self._value)
            self.copy.setText(tr("Copied"))
