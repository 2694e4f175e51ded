"""A bell beside a file: whoever puts something into the file rings, and the process that waits for it looks at once.

A ring is one datagram to this host, to the port that the bell's own file names; it says nothing but that there is something to look at. It may
be lost, or go to where nobody listens any more: that costs the listener's patience and no more. Where several listen, the one that came last
is rung.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from server.system.paths import write_private

if TYPE_CHECKING:
    from pathlib import Path

_HERE: Final = "127.0.0.1"


class Bell:
    """One process's end of a bell: to ring it, or to listen."""

    def __init__(self, path: Path) -> None:
        """Name the file that tells the port; nothing is opened yet."""
        self._path = path
        self._ringing: socket.socket | None = None
        self._listening: socket.socket | None = None

    def ring(self) -> None:
        """Let the listener look; returns at once, whether anybody listens or not."""
        with suppress(OSError, ValueError, OverflowError):
            port = int(self._path.read_text(encoding="ascii"))
            if self._ringing is None:
                self._ringing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._ringing.settimeout(0)
            self._ringing.sendto(b"!", (_HERE, port))

    def listen(self) -> None:
        """Hear what is rung from now on; say so again where the file is gone. Raises OSError."""
        opened = self._listening is None
        if self._listening is None:
            self._listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._listening.bind((_HERE, 0))
        if opened or not self._path.exists():
            write_private(self._path, str(self._listening.getsockname()[1]).encode())

    def wait(self, seconds: float) -> None:
        """Return at the next ring, at once where one came since `listen`, or after so many seconds."""
        if self._listening is not None:
            self._listening.settimeout(seconds)
            with suppress(TimeoutError):
                self._listening.recv(1)

    def close(self) -> None:
        """Close what is open; the file stays, and a ring then goes nowhere."""
        for end in (self._ringing, self._listening):
            if end is not None:
                end.close()
        self._ringing = self._listening = None
