"""A console in a process of its own, as it is started, on a tour: live charts, forty requests a second, a table of 100,000 rows that is scrolled.

`python -m tests.app.tour SECONDS` reads from standard input whom to sign in where, and prints how its heart beat; without anybody to sign in,
it is a bare window beside it, which shows what the machine alone does to a heart.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.client.api import Api
from app.client.transport import Transport
from app.jobs.collecting import Collecting
from app.jobs.heartbeat import Heartbeat, percentile
from app.main import starting
from app.main.demonstration import Demonstration
from app.main.screenshots import settle
from app.models.remote_table import RemoteTable
from app.pages.context import Context
from app.pages.overview import Rates, Reading
from app.pages.overview_view import Overview
from app.pages.records import CONTACTS
from app.shell.connecting import Session
from app.shell.window import Window
from app.system.profiles import Profile
from app.theme.brand import Brand
from app.widgets.table import Table
from app.widgets.text import row

TURN_MS: Final = 25  # forty requests a second
READING: Final = Reading(1.0, 100, 0, 10, 0, 5, 1, 0, 0, 1)


def begin(seconds: float, demonstration: Demonstration | None) -> subprocess.Popen[str]:
    """Start a tour, or a bare window beside it; what it prints is for `measured`."""
    command = [sys.executable, "-m", "tests.app.tour", str(seconds)]
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ)
    assert child.stdin is not None
    who = {"url": demonstration.url, "token": demonstration.api.transport.token, "tenant": demonstration.tenant_id} if demonstration else {}
    child.stdin.write(f"{json.dumps(who)}\n")
    child.stdin.flush()
    return child


def measured(child: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the end of a tour; return its figures in seconds, and the stacks of what was late."""
    printed, _ = child.communicate(timeout=180)
    found: dict[str, Any] = json.loads(printed)
    return found


def main() -> None:
    """Beat for a while, and print how."""
    given = argparse.ArgumentParser()
    given.add_argument("seconds", type=float)
    seconds = given.parse_args().seconds
    who = json.loads(sys.stdin.readline())
    application = starting.application_of(["tour"])
    heart, resting = Heartbeat(), 0
    with tempfile.TemporaryDirectory() as home:
        if who:
            Collecting(application).start()
            window = starting.window_of(application, Path(home), Brand())
            window.show()
            context = entered(window, who)
            resting = resident()
            tour = Tour(context)
            settle(window)
            tour.start()
        heart.start()
        rest(seconds)
        heart.stop()
        if who:
            tour.stop()
            window.close()
    print(json.dumps({**figures(heart), "resting": resting}))


def figures(heart: Heartbeat) -> dict[str, Any]:
    """Return what is told of a heart."""
    own = [gap - queued for gap, queued in zip(heart.gaps, heart.queued, strict=True)]
    series = {"gap": heart.gaps, "own": own, "work": heart.work}
    found = {name: {"p99": percentile(values, 0.99), "longest": max(values)} for name, values in series.items()}
    return {**found, "stacks": heart.stacks}


def resident() -> int:
    """Return how many bytes of memory this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def entered(window: Window, who: dict[str, str]) -> Context:
    """Sign in, and go into the tenant."""
    api = Api(Transport(who["url"], token=who["token"]))
    window.enter(Session(api, Profile(who["url"], "Tour", "development"), api.get("/admin/v1/me")))
    settle(window)
    assert window.workspace is not None
    window.workspace.bar.tenants.setCurrentIndex(window.workspace.bar.tenants.findData(who["tenant"]))
    settle(window)
    return window.workspace.context


def rest(seconds: float) -> None:
    """Let the application run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    QApplication.sendPostedEvents()


class Tour:
    """Charts and a long table side by side, both at work."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stage, self._overview, self._table = QWidget(), Overview(context), long_table(context)
        self._stage.setLayout(row(self._overview, self._table))
        self._stage.resize(1800, 900)
        self._stage.show()
        self._turn = 0
        self._timer = QTimer(interval=TURN_MS)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Go."""
        self._timer.start()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._stage.close()

    def _step(self) -> None:
        context = self._context
        context.jobs.run(lambda cancellation: context.api.page("/contacts", cancellation=cancellation), lambda _: None, lambda _: None)
        if self._turn % 10 == 0:
            self._overview.show_numbers(READING, Rates(self._turn, 1, self._turn * 2, 1, 5))
        self._table.verticalScrollBar().setValue(self._turn * 45)
        self._turn += 1


def long_table(context: Context) -> Table:
    """Return a table of a hundred thousand rows whose pages are read in the pool."""
    model = RemoteTable(CONTACTS.columns)

    def read(page: int, _: object) -> None:
        context.jobs.run(lambda _: [contact(place) for place in range(page * 200, page * 200 + 200)], lambda rows: put(page, rows), lambda _: None)

    def put(page: int, rows: list[dict[str, Any]]) -> None:
        model.put(page, rows, str(page + 1) if page < 499 else None)

    model.wanted.connect(read)
    model.begin()
    found = Table(context.look, model, [column.width for column in CONTACTS.columns], "Contacts")
    model.setParent(found)
    return found


def contact(place: int) -> dict[str, Any]:
    """Return a contact as the API shows it."""
    names = {"id": f"con_{place}", "first_name": f"Ada {place}", "last_name": "Berg", "email": f"ada-{place}@example.com"}
    return {**names, "phone": "+49 30 1234567", "title": "Analyst", "lifecycle": "lead", "tags": ["a", "b"], "created_at": "2026-11-20T10:00:00.000Z"}


if __name__ == "__main__":
    main()
