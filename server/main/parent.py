"""`junction serve`: a parent that opens the door, starts the api processes and the worker, and keeps them alive."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from server.system import logs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.system.settings import Settings

_LOOK_SECONDS: Final = 0.1
_RESTART_AFTER_SECONDS: Final = 1.0
log = logs.get_logger()


def listen(settings: Settings) -> socket.socket:
    """Open the listening socket that every api process shares."""
    family = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((settings.server.host, settings.server.port))
    listener.listen(1024)
    return listener


class Parent:
    """The children and what became of them."""

    def __init__(self, settings: Settings, listener: socket.socket, arguments: Sequence[str]) -> None:
        """Take the settings and the options to hand down to every child."""
        self._settings = settings
        self._listener = listener
        self._arguments = list(arguments)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._stopping = 0

    def run(self) -> int:
        """Keep the children alive until SIGTERM; then end them, and those that do not end in time."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        names = [*(f"api-{index}" for index in range(self._settings.server.api_processes)), "worker"]
        for name in names:
            self._start(name)
        while not self._stopping:
            time.sleep(_LOOK_SECONDS)
            for name in names:
                if self._children[name].poll() is not None and not self._stopping:
                    self._restart(name)
        return self._end()

    def _stop(self, *_: object) -> None:
        self._stopping += 1
        if self._stopping > 1:
            self._signal(signal.SIGKILL)

    def _start(self, name: str) -> None:
        descriptor = self._listener.fileno()
        role = ["api", "--socket", str(descriptor)] if name.startswith("api") else ["worker"]
        command = [sys.executable, "-m", "server", *role, *self._arguments]
        self._started[name] = time.monotonic()
        self._children[name] = subprocess.Popen(command, pass_fds=[descriptor] if role[0] == "api" else [])  # noqa: S603 - our own program

    def _restart(self, name: str) -> None:
        """Start a child that died again; one that dies at once waits a second, so that a broken start does not spin."""
        log.error("process_died", process=name, exit_code=self._children[name].returncode)
        if time.monotonic() - self._started[name] < _RESTART_AFTER_SECONDS:
            time.sleep(_RESTART_AFTER_SECONDS)
        self._start(name)

    def _signal(self, number: int) -> None:
        for child in self._children.values():
            if child.poll() is None:
                os.kill(child.pid, number)

    def _end(self) -> int:
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + self._settings.server.drain_seconds
        for child in self._children.values():
            try:
                child.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                child.wait()
        return 0
