"""What a measurement stands on: an appliance in a temporary folder, processes that end with the run, and a receiver."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.peers.ports import free_port

DATABASE_URL = "JUNCTION_DATABASE__URL"
QUEUE_URL = "JUNCTION_QUEUE__URL"
PATIENCE_SECONDS = 30


def junction(data: Path, *words: str, **settings: str) -> Any:
    """Run a command of the appliance and return what it prints as JSON."""
    command = [sys.executable, "-m", "server", *words, "--data", str(data), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment() | settings)
    return json.loads(done.stdout) if done.stdout.strip() else None


def environment() -> dict[str, str]:
    """Return the environment of every process here: receivers are on loopback, and lines of the log are no part of the measurement."""
    return {**os.environ, "JUNCTION_OUTBOUND__ALLOW_PRIVATE": "127.0.0.0/8", "JUNCTION_LOGGING__LEVEL": "warning"}


@contextlib.contextmanager
def process(*words: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module beside us until the block ends."""
    child = subprocess.Popen([sys.executable, "-m", *words], env=environment() | settings, stdout=subprocess.DEVNULL)
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
    """A tenant on the unlimited tier, with its key; `settings` are those of the environment, by name."""

    data: Path
    tenant: str
    key: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "junction.sqlite3"

    @contextlib.contextmanager
    def api(self) -> Iterator[int]:
        """Serve the API and return its port."""
        port = free_port()
        with process("server", "api", "--data", str(self.data), "--listen", f"127.0.0.1:{port}", **self.settings):
            wait_for(port, "/readyz")
            yield port

    def worker(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Return a worker that runs until the block ends."""
        return process("server", "worker", "--data", str(self.data), **self.settings)

    def rows(self, sql: str, *values: float) -> list[tuple[Any, ...]]:
        """Return rows of the database, read beside whoever writes; `?` stands for a value."""
        url = self.settings.get(DATABASE_URL)
        if url is None:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
                return connection.execute(sql, values).fetchall()
        with psycopg.connect(url) as server:
            return server.execute(sql.replace("?", "%s").encode(), values).fetchall()

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


def new_rig(data: Path, **settings: str) -> Rig:
    """Make an appliance with one tenant."""
    password = data.parent / "password"
    password.write_text("correct horse battery staple\n")
    junction(data, "init", "--operator-email", "operator@example.com", "--operator-password-file", str(password), **settings)
    tenant = junction(data, "tenant", "create", "Bench", "--tier", "unlimited", **settings)["id"]
    key = junction(data, "key", "create", "--tenant", tenant, "--name", "bench", "--scopes", "*", **settings)["key"]
    return Rig(data, tenant, key, settings)


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
