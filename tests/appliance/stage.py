"""What tests of the running appliance stand on: a filled data folder, a receiver, and writers that go on through kills."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, Self, cast

from tests.pace import until
from tests.peers.ports import free_port, listens
from tests.server.main import program
from tests.server.main.program import ROOT, Served, environment

OUTSIDE: Final = {"JUNCTION_OUTBOUND__ALLOW_PRIVATE": "127.0.0.0/8"}
PASSWORD: Final = "only for these tests 7"
Seen = dict[str, list[tuple[str, float]]]


class Receiving:
    """A receiver's process, spoken to over HTTP."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str, given: Any = None) -> Seen:
        """Tell or ask the receiver something; answers with what it has seen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", f"/{path}", json.dumps(given))
        found: Seen = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def held(self, name: str) -> int:
        """Return how many posts to a webhook that hangs were waiting at once at most."""
        return cast("dict[str, int]", self.ask("_held")).get(name, 0)

    def counts(self) -> dict[str, Counter[str]]:
        """Return by webhook how often each event came; nothing came to a webhook that was never called."""
        return defaultdict(Counter, {name: Counter(event_id for event_id, _ in came) for name, came in self.ask("_seen").items()})


@contextmanager
def receiving() -> Iterator[Receiving]:
    """Run a receiver within the block."""
    port = free_port()
    command = [sys.executable, "-m", "tests.appliance.receiving", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as process:
        try:
            until(lambda: listens(port))
            yield Receiving(port)
        finally:
            process.kill()


class Stage:
    """An appliance's data folder with one tenant, and how to run it again and again on the same port."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.data = folder / "data"
        self.port = free_port()
        password = folder / "password"
        password.write_text(PASSWORD)
        self.more = OUTSIDE | dict(setting.split("=", 1) for setting in settings)
        ask = program.answer
        ask("init", "--operator-email", "operator@example.com", "--operator-password-file", str(password), data=self.data, **self.more)
        tenant = ask("tenant", "create", "A", "--tier", "unlimited", data=self.data, **self.more)
        self.key: str = ask("key", "create", "--tenant", tenant["id"], "--name", "k", "--scopes", "*", data=self.data, **self.more)["key"]

    @contextmanager
    def serving(self, api_processes: int = 1) -> Iterator[Served]:
        """Serve within the block; afterwards every process of it is gone."""
        with program.serving(self.data, "--listen", f"127.0.0.1:{self.port}", "--api-processes", str(api_processes), **self.more) as served:
            yield served

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make one request and return the answer's JSON; it has to succeed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        status, found = request(connection, self.key, method, path, body)
        connection.close()
        assert status < 300, found
        return found

    def webhooks(self, receiver: Receiving, wanted: dict[str, Sequence[str]], **options: Any) -> dict[str, str]:
        """Make webhooks, by name and patterns, and tell the receiver their secrets; returns their ids."""
        made = {}
        for name, patterns in wanted.items():
            body = {"name": name, "url": f"http://127.0.0.1:{receiver.port}/{name}", "events": list(patterns), **options}
            made[name] = self.call("POST", "/api/v1/webhooks", body)
        receiver.ask("_secrets", {name: one["secret"] for name, one in made.items()})
        return {name: one["id"] for name, one in made.items()}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows of the database, read beside whoever writes."""
        connection = sqlite3.connect(f"file:{self.data / 'junction.sqlite3'}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def owed(self) -> int:
        """Return how many deliveries have not ended."""
        return int(self.rows("SELECT COUNT(*) FROM deliveries WHERE state IN ('pending', 'held')")[0][0])


def request(connection: http.client.HTTPConnection, key: str, method: str, path: str, body: Any, **more: str) -> tuple[int, Any]:
    """Make one request on a kept connection, with more headers, and return status and JSON."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **{name.replace("_", "-"): one for name, one in more.items()}}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    text = response.read()
    return response.status, json.loads(text) if text else None


class Writers:
    """Threads that create contacts as fast as they are let, and remember what was acknowledged."""

    def __init__(self, stage: Stage, count: int, *, pause: float = 0.0) -> None:
        self.acknowledged: list[str] = []
        self._stage = stage
        self._pause = pause
        self._ended = Event()
        self._threads = [Thread(target=self._write, args=(number,)) for number in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._stage.port, timeout=10)
        turn = 0
        while not self._ended.wait(self._pause):
            turn += 1
            try:
                status, found = request(connection, self._stage.key, "POST", "/api/v1/contacts", {"first_name": f"{number}-{turn}"})
            except (OSError, http.client.HTTPException, ValueError):
                # Killed in the middle: nobody was promised anything.
                connection.close()
                time.sleep(0.02)
                continue
            assert status == 201, found
            self.acknowledged.append(found["id"])
        connection.close()


def kill(served: Served) -> None:
    """Kill every process of an appliance at once, as a power cut would."""
    os.killpg(served.process.pid, signal.SIGKILL)
    served.process.wait(10)
