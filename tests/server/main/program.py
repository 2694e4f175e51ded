"""The real program as tests run it: one command, or a whole appliance, in processes of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from server.main import command_line
from server.store import database
from tests.pace import PATIENCE, until

ROOT: Final = Path(__file__).parents[3]


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without settings of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("JUNCTION_")} | {"PYTHONPATH": str(ROOT)} | more


def run(*words: str, data: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; `more` are environment variables."""
    where = ["--data", str(data)] if data else []
    command = [sys.executable, "-m", "server", *words, *where]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment(**more), check=False, stdin=subprocess.DEVNULL)


def answer(*words: str, data: Path, **more: str) -> Any:
    """Run one command that has to succeed, inside this process, and return its JSON answer."""
    told, refused = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, environment(**more), clear=True), redirect_stdout(told), redirect_stderr(refused):
        status = command_line.main([*words, "--json", "--data", str(data)])
    if database.db.obj is not None:
        database.close()
    assert status == 0, refused.getvalue()
    return json.loads(told.getvalue())


class Served:
    """An appliance that runs: its processes, and what its start told."""

    def __init__(self, process: subprocess.Popen[str], told: dict[str, Any], seconds: float) -> None:
        self.process = process
        self.told = told
        self.url: str = told["url"]
        self.seconds = seconds

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Ask for a path and return status and body."""
        return get(self.url + path, **headers)

    def children(self) -> dict[str, int]:
        """Return the process ids of the children by role."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        words = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in listed}
        # What has died and waits to be noticed has no words any more.
        return {said[3].decode(): pid for pid, said in words.items() if len(said) > 3 and said[3] != b"demo"}

    def end(self) -> int:
        """Send SIGTERM and return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def get(url: str, **headers: str) -> tuple[int, Any]:
    """Ask for an address and return status and body, parsed when it is JSON."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as found:  # noqa: S310 - our own
            status, body = found.status, found.read()
    except urllib.error.HTTPError as error:
        with error:
            status, body = error.code, error.read()
    return status, json.loads(body) if body[:1] in b"{[" and body else body.decode()


@contextmanager
def serving(data: Path, *options: str, **more: str) -> Iterator[Served]:
    """Serve within the block on a free port; everything is ended afterwards, whatever happened."""
    command = [sys.executable, "-m", "server", "serve", "--json", "--data", str(data), "--listen", "127.0.0.1:0", *options]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(**more), start_new_session=True) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line, "the appliance did not start"
            yield Served(process, json.loads(line), time.monotonic() - began)
        finally:
            pids = [process.pid, *(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _group(path) == process.pid)]
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            until(lambda: not any(map(alive, pids)))


def _group(process: Path) -> int | None:
    """Return the process group of a process, None when it is gone."""
    with suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    return None


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
