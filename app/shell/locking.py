"""Locks the console when nobody touched it for a while; the password, asked of the appliance, opens it again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from app.client import api
from app.client.errors import ClientError
from app.client.transport import Transport
from app.jobs.pool import Jobs
from app.pages.refusals import told
from app.shell.connecting import Session
from app.system.languages import tr
from app.theme.look import Look
from app.theme.wardrobe import dress
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
        self.line.clear()
        self.fault.setText(told(error))
