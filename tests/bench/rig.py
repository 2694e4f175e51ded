"""What a measurement stands on: an appliance in a temporary folder, processes that end with the run, and a receiver."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 30


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def junction(data: Path, *words: str) -> Any:
    """Run a command of the appliance and return what it prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "server", *words, "--data", str(data), "--json"], check=True, capture_output=True, text=True, env=environment()
    )
    return json.loads(done.stdout) if done.stdout.strip() else None


def environment() -> dict[str, str]:
    """Return the environment of every process here: receivers are on loopback, and lines of the log are no part of the measurement."""
    return {**os.environ, "JUNCTION_OUTBOUND__ALLOW_PRIVATE": "127.0.0.0/8", "JUNCTION_LOGGING__LEVEL": "warning"}


@contextlib.contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module beside us until the block ends."""
    child = subprocess.Popen([sys.executable, "-m", *words], env=environment(), stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        child.kill()
        child.wait()


def wait_for(port: int, path: str) -> None:
    """Wait until something answers on a port. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1)
            return
        time.sleep(0.05)
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)


@dataclass(frozen=True)
class Rig:
    """A tenant on the unlimited tier, with its key."""

    data: Path
    tenant: str
    key: str

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "junction.sqlite3"

    @contextlib.contextmanager
    def api(self) -> Iterator[int]:
        """Serve the API and return its port."""
        port = free_port()
        with process("server", "api", "--data", str(self.data), "--listen", f"127.0.0.1:{port}"):
            wait_for(port, "/readyz")
            yield port

    def call(self, port: int, method: str, path: str, body: Any = None) -> Any:
        """Make one request of the API."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own port on loopback
            text = response.read()
        return json.loads(text) if text else None


def new_rig(data: Path) -> Rig:
    """Make an appliance with one tenant."""
    password = data.parent / "password"
    password.write_text("correct horse battery staple\n")
    junction(data, "init", "--operator-email", "operator@example.com", "--operator-password-file", str(password))
    tenant = junction(data, "tenant", "create", "Bench", "--tier", "unlimited")["id"]
    key = junction(data, "key", "create", "--tenant", tenant, "--name", "bench", "--scopes", "*")["key"]
    return Rig(data, tenant, key)


def load(port: int, requests: Sequence[str], *, seconds: float, connections: int = 32, rate: float | None = None) -> dict[str, float]:
    """Put load on a port from a process of its own and return the figures."""
    order = Path(os.environ.get("TMPDIR", "/tmp")) / f"load-{os.getpid()}-{port}.json"
    order.write_text(json.dumps({"connections": connections, "seconds": seconds, "rate": rate, "requests": list(requests)}))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.load", "127.0.0.1", str(port), str(order)], check=True, capture_output=True, text=True
        )
    finally:
        order.unlink()
    figures: dict[str, float] = json.loads(done.stdout)
    if figures["refused"]:
        message = f"{figures['refused']} of {figures['count']} requests were refused"
        raise RuntimeError(message)
    return figures
