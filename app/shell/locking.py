"""Locks the console when nobody touched it for a while; the password, asked of the appliance, opens it again. Until then no dialog is seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from app.client import api
from app.client.errors import ClientError, Refused
from app.client.transport import Transport
from app.jobs.pool import Jobs
from app.pages.refusals import told
from app.shell.connecting import TOTP_CODES, Session
from app.system.languages import tr
from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.dialogs import in_turn
from app.widgets.text import column, frame, label, row

_TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel})


class Idle(QObject):
    """Says when nobody touched the application for so long.

    It listens to the window that has the focus, which gets the touches alone: a filter of the application would be asked about every
    event of every widget.
    """

    def __init__(self, window: QObject, minutes: float, said: Callable[[], None]) -> None:
        super().__init__(window)
        self._heard: QWindow | None = None
        self._minutes = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(said)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._listen)
            self._listen(application.focusWindow())
        self.wait(minutes)

    def wait(self, minutes: float) -> None:
        """Say so after so many minutes from now on; after 0 never."""
        self._minutes = minutes
        self._timer.setInterval(round(minutes * 60_000))
        self._begin()

    def _begin(self) -> None:
        if self._minutes > 0:
            self._timer.start()
        else:
            self._timer.stop()

    @property
    def seconds_left(self) -> float:
        """After how many seconds it says so."""
        return self._timer.remainingTime() / 1000

    def _listen(self, window: QWindow | None) -> None:
        # One that has lost the focus may be about to go, and what it still says then is nothing to listen to.
        if self._heard is not None and isValid(self._heard):
            self._heard.removeEventFilter(self)
        self._heard = window
        if window:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to count again with each touch."""
        if event.type() in _TOUCHES:
            self._begin()
        return super().eventFilter(watched, event)


class Curtain(QObject):
    """Keeps every dialog out of sight while the console is locked, those too that come meanwhile."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._hidden: list[QWidget] = []
        self._late: list[QDialog] = []
        self._drawn = False

    def draw(self) -> None:
        """Hide what is open, the uppermost first."""
        self._drawn = True
        while popup := QApplication.activePopupWidget():
            popup.close()
        while dialog := QApplication.activeModalWidget():
            dialog.hide()
            self._hidden.append(dialog)
        if application := QApplication.instance():
            application.installEventFilter(self)

    def lift(self) -> None:
        """Show again what was open, the uppermost last, and then one by one what came meanwhile."""
        self._end()
        for dialog in filter(isValid, reversed(self._hidden)):
            dialog.show()
        for late in filter(isValid, self._late):
            in_turn(late)
        self._hidden, self._late = [], []

    def drop(self) -> None:
        """Let go of all of it: whom it was for has left."""
        self._end()
        for dialog in filter(isValid, [*self._hidden, *self._late]):
            dialog.deleteLater()
        self._hidden, self._late = [], []

    def _end(self) -> None:
        self._drawn = False
        if application := QApplication.instance():
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide a dialog that opens behind the curtain."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QDialog):
            QTimer.singleShot(0, watched, lambda: self._put_off(watched))
        return False

    def _put_off(self, dialog: QDialog) -> None:
        if self._drawn:
            dialog.hide()
            self._late.append(dialog)


class LockScene(QWidget):
    """Hides the workspace until the same person proves to be there."""

    def __init__(self, look: Look, jobs: Jobs, session: Session, opened: Callable[[], None], left: Callable[[], None]) -> None:
        super().__init__()
        dress(self)
        self.setObjectName("scene")
        self._jobs = jobs
        self._session = session
        self._opened = opened
        self._email = str((session.me.get("user") or {}).get("email") or "")
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        words = tr("Password of {email}", email=self._email) if self._email else tr("Operator key")
        self.line.setAccessibleName(words)
        self.line.returnPressed.connect(self.submit)
        caption = label(words, "caption")
        caption.setBuddy(self.line)
        self.totp = QLineEdit()
        self.totp.setPlaceholderText(tr("One-time code, if you use one"))
        self.totp.setAccessibleName(tr("One-time code"))
        self.totp.setVisible(bool(self._email))
        self.totp.returnPressed.connect(self.submit)
        self.fault = label("", "fault", wrap=True)
        self.button = QPushButton(tr("Unlock"))
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.submit)
        self.left = QPushButton(tr("Sign out"))
        self.left.setProperty("role", "link")
        self.left.clicked.connect(left)
        mark = label("")
        mark.setPixmap(look.drawing("lock", 28, "accent_text"))
        title = row(mark, label(tr("Locked"), "title"), None, spacing=12)
        card = frame(
            "card", column(title, 8, caption, self.line, self.totp, self.fault, self.button, row(None, self.left, None), margins=(32, 28, 32, 20))
        )
        card.setFixedWidth(400)
        self.setLayout(column(None, row(None, card, None), None))

    def submit(self) -> None:
        """Prove to be there."""
        given = self.line.text()
        if not self._email:
            self._judge(given.strip() == self._session.api.transport.token)
            return
        transport = self._session.api.transport
        probe = Transport(transport.url, transport.fingerprint)
        self._jobs.run(
            lambda cancellation: api.sign_in(probe, self._email, given, self.totp.text().strip(), cancellation),
            lambda _: self._renew(probe),
            self._fail,
            self,
        )

    def _renew(self, probe: Transport) -> None:
        self._session.api.transport.token = probe.token
        self._judge(right=True)

    def _judge(self, right: bool) -> None:  # noqa: FBT001 - the only thing it is told
        self.line.clear()
        if right:
            self._opened()
        else:
            self.fault.setText(tr("That is not the key of this session."))

    def _fail(self, error: ClientError) -> None:
        if isinstance(error, Refused) and error.problem.code in TOTP_CODES:
            # The password was right.
            wrong, missing = tr("That code is wrong, or was used before."), tr("The code of your authenticator app is needed as well.")
            self.fault.setText(wrong if self.totp.text() else missing)
            self.totp.clear()
            self.totp.setFocus()
            return
        self.line.clear()
        self.line.setFocus()
        self.fault.setText(told(error))
