"""The own account: password and second factor. Whoever changes the password stays signed in here and is signed out everywhere else."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QPushButton, QWidget

from app.client import api
from app.client.api import Call, Row
from app.models.columns import word
from app.pages.blaming import blame
from app.pages.context import Context
from app.shell.connecting import Session
from app.shell.second_factor import Enrolment
from app.shell.staying import Staying
from app.system.languages import tr
from app.widgets.dialogs import FormDialog, Hub
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.text import column, frame, label, pill, row, set_tone

PATH: Final = "/admin/v1/me"
PASSWORD: Final = (
    Field("current_password", "Present password", "password", required=True),
    Field("password", "New password", "password", required=True, help="A sentence is easier to remember and harder to guess than a word."),
    Field("again", "The same once more", "password", required=True),
)
REMOVAL: Final = (Field("password", "Present password", "password", required=True),)


def show(context: Context, session: Session, staying: Staying) -> None:
    """Read the account as it is now, and open it."""
    context.jobs.run(
        lambda cancellation: session.api.get(PATH, cancellation=cancellation),
        lambda me: AccountDialog(context, session, staying, me["user"]).open(),
        context.complain,
    )


class AccountDialog(Hub):
    """The window."""

    def __init__(self, context: Context, session: Session, staying: Staying, user: Row) -> None:
        super().__init__(context.window, tr("My account"), f"{user['email']} · {word(user['role'])}", act=tr("Close"), width=520)
        self._context = context
        self._session = session
        self._staying = staying
        self.leave.hide()
        self.password = QPushButton(tr("Change…"))
        self.password.clicked.connect(self._change_password)
        self.factor = QPushButton()
        self.factor.clicked.connect(self._change_factor)
        self.state = pill("")
        self._enabled = bool(user["totp_enabled"])
        sessions = tr("With a new one, every other session of yours ends.")
        code = tr("A code of an app on your phone, besides the password.")
        self.body.addWidget(_line(tr("Password"), sessions, self.password))
        self.body.addWidget(_line(tr("Second factor"), code, self.state, self.factor))
        self._judge()

    def _judge(self) -> None:
        self.state.setText(tr("On") if self._enabled else tr("Off"))
        set_tone(self.state, "ok" if self._enabled else "warning")
        self.factor.setText(tr("Turn off…") if self._enabled else tr("Turn on…"))

    # The password.

    def _change_password(self) -> None:
        dialog = FormDialog(self._context.window, tr("Change the password"), Form(PASSWORD), act=tr("Set the password"))
        transport = self._session.api.transport

        def send(document: dict[str, Any]) -> None:
            if document["again"] != document["password"]:
                dialog.form.blame({"again": tr("The two are not the same.")})
                dialog.wait(waiting=False)
                return
            self._context.jobs.run(
                lambda cancellation: api.change_password(transport, document["current_password"], document["password"], cancellation),
                lambda _: self._changed(dialog),
                lambda error: blame(dialog.form, dialog.say, error),
                lasting=True,
            )

        dialog.submitted.connect(send)
        self._open(dialog)

    def _changed(self, dialog: FormDialog) -> None:
        token = self._session.api.transport.token
        if token:
            self._staying.renew(self._session.profile.id, token)
        dialog.accept()
        self._context.toasts.say(tr("Password changed: your other sessions have ended"))

    # The second factor.

    def _change_factor(self) -> None:
        if self._enabled:
            self._turn_off()
        else:
            begin = Call("POST", f"{PATH}/totp")
            self._context.jobs.run(lambda cancellation: self._session.api.ask(begin, cancellation), self._enrol, self._context.complain)

    def _enrol(self, secret: Row) -> None:
        dialog = Enrolment(self._context, self._session.api, secret, lambda: self._note(enabled=True))
        self.lead(dialog)
        dialog.open()
        dialog.line.setFocus()

    def _turn_off(self) -> None:
        about = tr("From then on the password alone lets somebody in.")
        dialog = FormDialog(self._context.window, tr("Turn off the second factor"), Form(REMOVAL), about, tr("Turn off"))

        def turned_off(_: object) -> None:
            dialog.accept()
            self._note(enabled=False)

        def send(document: dict[str, Any]) -> None:
            self._context.jobs.run(
                lambda cancellation: self._session.api.ask(Call("POST", f"{PATH}/totp/disable", body=document), cancellation),
                turned_off,
                lambda error: blame(dialog.form, dialog.say, error),
                lasting=True,
            )

        dialog.submitted.connect(send)
        self._open(dialog)

    def _note(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._judge()

    def _open(self, dialog: FormDialog) -> None:
        self.lead(dialog)
        dialog.open()
        dialog.form.begin()


def _line(title: str, about: str, *parts: QWidget) -> QWidget:
    words = column(label(title, "heading"), label(about, "caption", wrap=True), spacing=2)
    line = row(words, *parts, margins=(14, 12, 14, 12))
    line.setStretch(0, 1)
    return frame("card", line)
