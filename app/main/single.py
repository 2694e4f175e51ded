"""One console per user: a second start brings the first one's window to the front and ends."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 500


class Single(QObject):
    """Holds the place of the first console, or finds it taken."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        mark = hashlib.sha256(f"{getpass.getuser()}:{folder.resolve()}".encode()).hexdigest()[:16]
        self._name = f"junction-console-{mark}"
        self._server = QLocalServer(self)

    def call(self) -> bool:
        """Call the first console; False when there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        found = socket.waitForConnected(ANSWER_MS)
        if found:
            socket.write(b"show\n")
            socket.waitForBytesWritten(ANSWER_MS)
            socket.disconnectFromServer()
        return found

    def hold(self, called: Callable[[], None]) -> None:
        """Be the first console; `called` when somebody starts another."""
        QLocalServer.removeServer(self._name)  # what a crash has left
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(lambda: self._answer(called))
        self._server.listen(self._name)

    def close(self) -> None:
        """Hold it no longer."""
        self._server.close()

    def _answer(self, called: Callable[[], None]) -> None:
        while socket := self._server.nextPendingConnection():
            socket.disconnected.connect(socket.deleteLater)
            called()
