"""`junction serve`: a parent that opens the door, starts the api processes and the worker, and keeps them alive.

It imports next to nothing: what takes time to load loads in the children. The first api process prepares the data folder,
and the others are started when it has, so that they do not take the processor from it. A child that dies before all is
ready ends the start; one that dies later is started again. SIGTERM lets the children finish within `server.drain_seconds`,
a second one ends them at once.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from server.main import lifeline

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence

_LOOK_SECONDS: Final = 0.25
_RESTART_AT_MOST_SECONDS: Final = 30.0
_STEADY_SECONDS: Final = 10.0
KILL: Final = getattr(signal, "SIGKILL", signal.SIGTERM)


class Child:
    """One process that is kept alive: how it is started, and when it died last."""

    def __init__(self, name: str, arguments: Sequence[str], *, once: bool = False) -> None:
        """Name it; a child that runs `once` is not started again."""
        self.name = name
        self.arguments = list(arguments)
        self.once = once
        self.process: subprocess.Popen[bytes] | None = None
        self.since = 0.0
        self.restart_at: float | None = None
        self.delay = 0.0

    def start(self, descriptors: Sequence[int], heard: Callable[[dict[str, Any]], None], *extra: str) -> None:
        """Start the process with `extra` arguments; what it reports is handed over."""
        command = [sys.executable, "-m", "server", *self.arguments, *extra, "--child"]
        handed = {"pass_fds": descriptors} if descriptors else {}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **handed)  # type: ignore[call-overload]  # noqa: S603 - our own program
        self.since, self.restart_at = time.monotonic(), None
        if self.process.stdout:
            lifeline.follow(self.process.stdout, heard)

    def signal(self, number: int) -> None:
        """Send a signal to a process that runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def ask_to_end(self) -> None:
        """Let the process finish what is under way; on Windows, which knows no such signal, by closing what ties it to us."""
        if os.name == "posix":
            self.signal(signal.SIGTERM)
        elif self.process and self.process.stdin:
            self.process.stdin.close()

    def end(self, deadline: float) -> None:
        """Wait for the process until a moment; then end it at once."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Parent:
    """The children and what became of them."""

    def __init__(
        self,
        listener: socket.socket | None,
        options: Sequence[str],
        *,
        worker_options: Sequence[str],
        api_processes: int,
        drain_seconds: float,
        email: str,
        mourn: Callable[[str, int, float], None],
    ) -> None:
        """Take the socket to share (None where processes cannot share one), and the options to hand down to every child.

        `mourn` is told the name of a child that died, its exit status, and in how many seconds it is started again.
        """
        self._mourn = mourn
        self._descriptors = [listener.fileno()] if listener else []
        self._options = list(options)
        self._drain_seconds = drain_seconds
        self._email = email
        self._children = [Child(f"api-{index}", self._api()) for index in range(api_processes)]
        self._children.append(Child("worker", ["worker", *options, *worker_options]))
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()  # SimpleQueue.get can wait for ever when a signal meets its timeout
        self._stops = 0
        self._reports: dict[str, Any] = {}

    def _api(self) -> list[str]:
        handed = ["--socket", str(self._descriptors[0])] if self._descriptors else []
        return ["api", *handed, *self._options]

    def run(self, greet: Callable[[Mapping[str, Any]], None], *, demo: bool = False) -> int:
        """Keep the children alive until SIGTERM and return the exit status; `greet` is called once with what they reported."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._start(self._children[0], "--prepare", self._email)
        wanted = {"prepared", "ready", "demo"} if demo else {"prepared", "ready"}
        greeted = False
        while not self._stops:
            self._listen(demo=demo)
            if not self._look(started=greeted):
                self._end()
                return 1
            if not greeted and wanted <= set(self._reports):
                greeted = True
                greet(self._reports)
        return self._end()

    def _stop(self, *_: object) -> None:
        self._stops += 1
        if self._stops > 1:
            for child in self._children:
                child.signal(KILL)

    def _start(self, child: Child, *extra: str) -> None:
        descriptors = self._descriptors if child.arguments[0] == "api" else []
        child.start(descriptors, self._heard.put, *extra)

    def _listen(self, *, demo: bool) -> None:
        """Take what the children report, waiting a moment for it."""
        try:
            report = self._heard.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            return
        name = report.pop("report")
        first = name not in self._reports
        self._reports.setdefault(name, report)
        if name == "prepared" and first:
            for child in self._children[1:]:
                self._start(child)
        if name == "ready" and first and demo:
            self._children.append(Child("demo", ["demo", *self._options], once=True))
            self._start(self._children[-1])

    def _look(self, *, started: bool) -> bool:
        """Start again what has died; False when something died before everything was started."""
        for child in self._children:
            if self._stops or child.process is None:
                continue
            code = child.process.poll()
            if code is None:
                continue
            if child.once and code == 0:
                continue
            if not started:
                return False
            if not child.once:
                self._restart(child, code)
        return True

    def _restart(self, child: Child, code: int) -> None:
        """Start a child again, at once if it had run steadily, else after a while that doubles, so that a broken one does not spin."""
        now = time.monotonic()
        if child.restart_at is None:
            child.delay = 0.0 if now - child.since > _STEADY_SECONDS else min(max(child.delay * 2, 0.5), _RESTART_AT_MOST_SECONDS)
            child.restart_at = now + child.delay
            self._mourn(child.name, code, child.delay)
        if now >= child.restart_at:
            self._start(child)

    def _end(self) -> int:
        """Let the children finish; return 1 when they were not given the time."""
        deadline = time.monotonic() + self._drain_seconds
        for child in self._children:
            child.ask_to_end()
        for child in self._children:
            child.end(deadline)
        return 1 if self._stops > 1 else 0


def lead_group() -> None:
    """Become the leader of an own process group, unless that would take this process off its terminal."""
    if os.name != "posix" or os.getpgrp() == os.getpid():
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        os.setpgid(0, 0)
        return
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            os.setpgid(0, 0)
    finally:
        os.close(terminal)
