"""Stand-ins for what a presenter gets handed in, and a way to wait until all that was asked for has arrived."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pytestqt.qtbot import QtBot

from app.client.api import Api, Call, Page
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.client.transport import Answer, Request, Transport
from app.jobs.pool import Jobs


class MemorySecrets:
    """Secrets in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)


class HeldJobs:
    """A pool that does nothing until it is told to, so that a test decides which reply comes first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[Cancellation], Any], Callable[[Any], None], Callable[[ClientError], None], object]] = []

    def run(
        self,
        work: Callable[[Cancellation], Any],
        done: Callable[[Any], None],
        failed: Callable[[ClientError], None],
        lane: object = None,
        *,
        lasting: bool = False,
    ) -> object:
        self.waiting.append((work, done, failed, lane))
        return None

    def cancel(self, lane: object) -> None:
        self.waiting = [job for job in self.waiting if job[3] != lane]

    def finish(self, place: int = 0) -> None:
        """Do one piece of work and hand over what comes of it."""
        work, done, failed, _ = self.waiting.pop(place)
        try:
            found = work(Cancellation())
        except ClientError as error:
            failed(error)
        else:
            done(found)

    def finish_all(self) -> None:
        """Do everything, also what comes of it."""
        while self.waiting:
            self.finish()


class ScriptedApi(Api):
    """An appliance that answers what it was told, or raises it; it remembers every call."""

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        super().__init__(Transport("http://127.0.0.1:1"))
        self.answers = dict(answers or {})
        self.calls: list[Call] = []

    def inside(self, tenant_id: str, mode: str = "live") -> Api:
        return self

    def address(self, path: str) -> str:
        return path

    def send(self, call: Call, cancellation: Cancellation | None = None) -> Answer:
        self.calls.append(call)
        found = self.answers.get(f"{call.method} {call.path}", self.answers.get(call.path, {}))
        found = found(call) if callable(found) else found
        if isinstance(found, Exception):
            raise found
        return Answer(200, {}, found if isinstance(found, bytes) else json.dumps(found).encode())


class ScriptedTransport(Transport):
    """A transport whose attempts end as it was told."""

    def __init__(self, *outcomes: Answer | ClientError) -> None:
        super().__init__("http://127.0.0.1:1")
        self.outcomes = list(outcomes)
        self.sent: list[tuple[Request, dict[str, str]]] = []

    def _once(self, request: Request, headers: Mapping[str, str]) -> Answer:
        self.sent.append((request, dict(headers)))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, ClientError):
            raise outcome
        return outcome


def listed(*rows: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    """Return a list as the API answers it."""
    return {"object": "list", "data": list(rows), "has_more": cursor is not None, "next_cursor": cursor}


def page_of(*rows: dict[str, Any], cursor: str | None = None) -> Page:
    """Return a page of rows."""
    return Page(list(rows), cursor)


def settled(qtbot: QtBot, jobs: Jobs) -> None:
    """Wait until nothing is under way any more."""
    qtbot.waitUntil(lambda: jobs.busy == 0)
