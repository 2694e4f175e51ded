"""Turning on the second factor: a code to scan, one to type back, and recovery codes that are shown this once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton

from app.client.api import Api, Call, Row
from app.client.errors import ClientError, Invalid
from app.pages.context import Context
from app.pages.keeping import keeping
from app.pages.refusals import told
from app.system.languages import tr
from app.widgets import qr
from app.widgets.dialogs import Dialog, copy_concealed
from app.widgets.text import label, row


class Enrolment(Dialog):
    """Shows the secret, as a picture and as text, and wants a code of it; `enabled` is called once that fits."""

    def __init__(self, context: Context, api: Api, secret: Row, enabled: Callable[[], None]) -> None:
        about = tr("Scan this with an authenticator app, or type the text below into it. Then enter the code that it shows.")
        super().__init__(context.window, tr("Turn on the second factor"), about, act=tr("Turn on"), width=480)
        self._context = context
        self._api = api
        self._enabled = enabled
        picture = label("")
        picture.setPixmap(qr.picture(str(secret["uri"]), self.devicePixelRatioF()))
        picture.setAccessibleName(tr("QR code"))
        self.secret = label(grouped(str(secret["secret"])), "code", wrap=True, selectable=True)
        self.secret.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line = QLineEdit()
        self.line.setPlaceholderText("123456")
        words = label(tr("One-time code of your authenticator app"), "caption")
        words.setBuddy(self.line)
        self.line.setAccessibleName(words.text())
        self.body.addLayout(row(None, picture, None))
        for part in (self.secret, words, self.line):
            self.body.addWidget(part)

    def confirm(self) -> None:
        """Send the code."""
        self.say("")
        self.wait(waiting=True)
        call = Call("POST", "/admin/v1/me/totp/confirm", body={"code": self.line.text().replace(" ", "")})
        self._context.jobs.run(lambda cancellation: self._api.ask(call, cancellation), self._confirmed, self._refused, lasting=True)

    def _confirmed(self, found: Row) -> None:
        self._enabled()
        self.accept()
        RecoveryCodes(self._context, found["recovery_codes"]).open()

    def _refused(self, error: ClientError) -> None:
        self.say(tr("That code is wrong, or was used before.") if isinstance(error, Invalid) else told(error))
        self.line.selectAll()
        self.line.setFocus()


class RecoveryCodes(Dialog):
    """Shows the codes this once, and is left only by saying that they are stored."""

    def __init__(self, context: Context, codes: Sequence[str]) -> None:
        about = tr("Each of these lets you in once when the phone is lost. They are shown only now.")
        super().__init__(context.window, tr("Recovery codes"), about, act=tr("Done"), width=480)
        text = "\n".join(codes)
        self.leave.hide()
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setProperty("role", "code")
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Recovery codes"))
        self.text.setMinimumHeight(self.text.fontMetrics().lineSpacing() * (len(codes) + 2))
        copy, keep = QPushButton(tr("Copy")), QPushButton(tr("Save to file…"))
        copy.clicked.connect(lambda: copy_concealed(text))
        keep.clicked.connect(lambda: keeping(context)(tr("Recovery codes"), text))
        self.stored = QCheckBox(tr("I have stored them in a safe place"))
        self.stored.toggled.connect(self.act.setEnabled)
        self.act.setEnabled(False)
        self.body.addWidget(self.text)
        self.body.addLayout(row(None, keep, copy))
        self.body.addWidget(self.stored)

    def reject(self) -> None:
        """Refuse to leave by Escape before the codes are stored."""
        if self.stored.isChecked():
            super().reject()

    def done(self, result: int) -> None:
        """Forget the codes with the window."""
        self.text.clear()
        super().done(result)


def grouped(secret: str) -> str:
    """Return a secret in groups of four, as people type it."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
