"""Carries out an action: form or confirmation, request, secret shown once, and ten seconds in which it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog

from app.client.api import Api, filled
from app.client.cancellation import Cancellation
from app.client.errors import ClientError, Unreachable
from app.models.columns import reach
from app.pages import keeping, requests
from app.pages.blaming import blame
from app.pages.context import Context, sentence
from app.pages.job_dialog import JobDialog
from app.pages.offering import offer_all
from app.pages.outcome import OutcomeDialog
from app.pages.specs import Action, Count, Danger, Row
from app.system import locales
from app.system.languages import tr
from app.widgets.dialogs import ConfirmDialog, FormDialog, SecretDialog
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.toasts import SECONDS

GRACE_SECONDS: Final = 10.0


class Acting(QObject):
    """Does what a user chose to do; `changed` is called after something was done."""

    def __init__(self, context: Context, changed: Callable[[], None], grace: float = GRACE_SECONDS) -> None:
        super().__init__(context.window)
        self._context = context
        self._changed = changed
        self._grace = grace
        self._waiting: dict[object, Callable[[], None]] = {}

    def start(self, action: Action, row: Row | None = None, name: str = "") -> QDialog | None:
        """Begin an action; the dialog that is open now, if it has one.

        It stays with the tenant and mode it was begun in, however late it is sent or taken back, and whatever is looked at then.
        """
        return self._start(replace(self._context), action, row or {}, name)

    def _start(self, context: Context, action: Action, row: Row, name: str = "") -> QDialog | None:
        if action.goes:
            action.goes(context, row)
            return None
        if action.dialog:
            return self._opened(action.dialog(context, row, self._changed))
        if action.form:
            self._prepare(context, action, row, name)
            return None
        if action.fields:
            return self._ask(context, action, row, name)
        if action.danger:
            return self._confirm(context, action, row, name)
        self._send(context, action, row, {}, str(uuid4()))
        return None

    def flush(self) -> None:
        """Carry out now what was still waiting to be taken back."""
        for act in list(self._waiting.values()):
            act()

    @staticmethod
    def _opened(dialog: QDialog) -> QDialog:
        dialog.open()
        return dialog

    # A form.

    def _prepare(self, context: Context, action: Action, row: Row, name: str) -> None:
        """Begin an action whose fields come of the row and of what is read for it."""
        api, form = context.api, action.form
        assert form is not None  # noqa: S101 - `start` has looked

        def show(found: Row) -> None:
            self._start(context, replace(action, fields=form(row, found), form=None), row, name)

        if action.reads:
            context.jobs.run(lambda cancellation: api.get(filled(action.reads, row), cancellation=cancellation), show, context.complain, self)
        else:
            show(row)

    def _ask(self, context: Context, action: Action, row: Row, name: str) -> QDialog:
        form = Form(action.fields, row if action.edits else None)
        does = tr("Save") if action.edits or action.method == "PUT" else tr("Create") if action.key == "create" else title_of(action)
        dialog = FormDialog(context.window, title_of(action, name), form, tr(action.about) if action.about else "", does)
        key = {"": ""}

        def submit(document: dict[str, Any]) -> None:
            body = changed(action.fields, row, document, deep=action.merges) if action.edits and action.method == "PATCH" else document
            # The same document sent again, after nobody answered, must not be done twice.
            key.setdefault(repr(body), str(uuid4()))
            self._send(context, action, row, body, key[repr(body)], dialog)

        dialog.submitted.connect(submit)
        offer_all(context, form, row if action.edits else None)
        dialog.open()
        form.begin()
        return dialog

    # A confirmation.

    def _confirm(self, context: Context, action: Action, row: Row, name: str) -> QDialog:
        danger = action.danger
        assert danger is not None  # noqa: S101 - `start` has looked
        typed = str(reach(row, danger.typed) or name) if context.production else ""
        dialog = ConfirmDialog(context.window, title_of(action, name), tr(danger.says), title_of(action), typed)
        api = context.api

        def tell(found: Sequence[str]) -> None:
            dialog.tell(tr("Affected: {things}.", things=" · ".join(found)) if found else tr("Affected: this one alone."))

        def fail(error: ClientError) -> None:
            dialog.say(sentence(error))

        context.jobs.run(lambda cancellation: hits(api, danger, row, cancellation), tell, fail)
        dialog.accepted.connect(lambda: self._send(context, action, row, {}, str(uuid4())) if action.undo else self._wait(context, action, row, name))
        dialog.open()
        return dialog

    def _wait(self, context: Context, action: Action, row: Row, name: str) -> None:
        """Do it in a moment, unless it is taken back: what cannot be undone on the server is not done at once."""
        ticket, key = object(), str(uuid4())

        def act() -> None:
            if self._waiting.pop(ticket, None):
                self._send(context, action, row, {}, key)

        self._waiting[ticket] = act
        acts = {tr("Undo"): lambda: self._take_back(ticket), tr("Now"): act}
        words = tr("{action}: {name} in {seconds} s", action=title_of(action), name=name, seconds=round(self._grace))
        context.toasts.say(words, "warning", acts, self._grace)
        QTimer.singleShot(round(self._grace * 1000), self, act)

    def _take_back(self, ticket: object) -> None:
        self._waiting.pop(ticket, None)

    # The request.

    def _send(self, context: Context, action: Action, row: Row, document: Mapping[str, Any], key: str, dialog: FormDialog | None = None) -> None:
        call = partial(requests.made, action, row, document, key)
        if action.file:
            keeping.download(context, call(), requests.file_name(action.file, row), tr(action.done))
            return
        api = context.api

        def fail(error: ClientError) -> None:
            # Nobody answered: it may have been done or not, so what is sent again carries the same key.
            again = {tr("Try again"): lambda: self._send(context, action, row, document, key)} if isinstance(error, Unreachable) else {}
            self._fail(error, dialog, again)

        context.jobs.run(
            lambda cancellation: api.ask(call(), cancellation),
            lambda answer: self._succeed(context, action, row, answer, dialog),
            fail,
            lasting=True,
        )

    def _succeed(self, context: Context, action: Action, row: Row, answer: Any, dialog: FormDialog | None) -> None:
        if dialog:
            dialog.accept()
        secret = reach(answer, action.secret) if action.secret else None
        address = reach(answer, action.opens) if action.opens else None
        if address:
            QDesktopServices.openUrl(QUrl(str(address)))
        if action.job:
            JobDialog(context, answer, title_of(action), self._changed, action.then, partial(self._start, context)).open()
        elif secret:
            about = tr("It is shown only this once. Keep it where nobody else reads it.")
            SecretDialog(context.window, tr(action.done), about, str(secret)).open()
        elif action.shows:
            OutcomeDialog(context, tr(action.done), action.shows, answer).open()
        else:
            undo = self._undo(context, action, row)
            context.toasts.say(tr(action.done), acts=undo, seconds=self._grace if undo else SECONDS)
        context.did(action.path)
        self._changed()

    def _undo(self, context: Context, action: Action, row: Row) -> dict[str, Callable[[], None]]:
        if not action.undo:
            return {}
        back = Action(key="undo", label="Undo", path=action.undo, done="Taken back")
        return {tr("Undo"): lambda: self._send(context, back, row, {}, str(uuid4()))}

    def _fail(self, error: ClientError, dialog: FormDialog | None, again: dict[str, Callable[[], None]]) -> None:
        if dialog is None:
            self._context.complain(error, again)
            return
        self._context.failed(error)
        blame(dialog.form, dialog.say, error)


def title_of(action: Action, name: str = "") -> str:
    """Return what the window of an action is called; the dots of its button have opened it."""
    does = tr(action.label).removesuffix("…")
    return f"{does}: {name}" if name else does


def hits(api: Api, danger: Danger, row: Row, cancellation: Cancellation) -> list[str]:
    """Return what an action hits, as the appliance counts it; numbers that it does not know yet are left out."""
    wanted = [count for count in danger.counts if count.when is None or count.when(row)]
    found = [(count, counted(api, count, row, cancellation)) for count in wanted]
    return [f"{tr(count.label)}: {number}" for count, number in found if number]


def counted(api: Api, count: Count, row: Row, cancellation: Cancellation) -> str:
    """Return one number of what an action hits; `200+` where a list goes on, nothing where there is no number."""
    path = filled(count.path, row)
    if not count.figure:
        page = api.page(path, cancellation=cancellation)
        return f"{locales.number(len(page.rows))}{'+' if page.cursor else ''}"
    figure = reach(api.get(path, cancellation=cancellation) if path else row, count.figure)
    return "" if figure is None else locales.number(len(figure) if isinstance(figure, list) else figure)


def changed(fields: Sequence[Field], row: Row, document: Mapping[str, Any], *, deep: bool = False) -> dict[str, Any]:
    """Return what a form says otherwise than the row: whole top-level values, and null for one that was emptied; if `deep`, inside of values too."""
    names = dict.fromkeys(wanted.key.split(".")[0] for wanted in fields)
    found = {name: document.get(name) for name in names if _bare(document.get(name)) != _bare(row.get(name))}
    for outer, _, inner in (wanted.key.partition(".") for wanted in fields if deep):
        if inner and outer in found and reach(document, f"{outer}.{inner}") is None and reach(row, f"{outer}.{inner}") is not None:
            found[outer] = {**(found[outer] or {}), inner: None}
    return found


def _bare(value: Any) -> Any:
    """Return a value as a form knows it: nothing is the same as what is not there."""
    if isinstance(value, dict):
        return {name: bare for name, one in value.items() if (bare := _bare(one)) is not None} or None
    return value or None
