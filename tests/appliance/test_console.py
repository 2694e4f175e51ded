"""On a real screen: the appliance is killed under a console that somebody works with, and comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from app.client import api
from app.client.api import Api
from app.client.transport import Transport
from app.main.demonstration import EMAIL
from tests.app.screen import needs_a_screen, screen

PASSWORD = "correct-horse-battery-4711"
NAME = "Written once"
STEP_SECONDS = 20

# The console: it signs in as a user does, and tells each step on its output.
CONSOLE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app.main import starting
from app.theme.brand import Brand
from app.widgets.dialogs import FormDialog
url, email, password, tenant, name, folder = sys.argv[1:]
application = starting.application_of(["x"])
window = starting.window_of(application, Path(folder), Brand())
window.show()
window.sign_in.url.setText(url)
window.sign_in.email.setText(email)
window.sign_in.password.setText(password)
window.sign_in.submit()

def signed_in():
    return window.workspace and window.workspace.bar.tenants.count() and not window.jobs.busy

def at_work():
    window.workspace.bar.tenants.setCurrentIndex(window.workspace.bar.tenants.findData(tenant))
    window.workspace.go("records")

def rows():
    return window.workspace.page("records").view.listing.model.rows()

def read():
    return not window.jobs.busy and len(rows()) > 0

def write():
    window.workspace.make("records", 0)
    dialog = window.workspace.findChildren(FormDialog)[-1]
    dialog.form.fill({"first_name": "Ada", "last_name": name})
    dialog.act.click()

def offline():
    return "offline" in window.workspace.banners.reasons

def held():
    return not window.jobs.busy and all(row["id"] for row in rows()) and rows()

def online():
    return "offline" not in window.workspace.banners.reasons

def write_again():
    dialog = window.workspace.findChildren(FormDialog)
    if dialog and dialog[-1].isVisible() and not window.jobs.busy:
        dialog[-1].act.click()

def settled():
    write_again()
    return not window.jobs.busy and name in [row.get("last_name") for row in rows()]

STEPS = [
    (signed_in, at_work, "signed in"), (read, write, "writing"), (offline, lambda: None, "offline"), (held, lambda: None, "held"),
    (online, lambda: None, "online"), (settled, window.close, "settled"),
]

def step():
    ready, act, said = STEPS[0]
    if ready():
        STEPS.pop(0)
        act()
        print(said, flush=True)
    if not STEPS:
        application.quit()

timer = QTimer(interval=10)
timer.timeout.connect(step)
timer.start()
application.exec()
"""


@contextmanager
def appliance(folder: Path, listen: str, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run an appliance within the block; yield its process and its greeting."""
    command = [sys.executable, "-m", "server", "serve", "--data", str(folder), "--json", "--listen", listen, *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True) as child:
        assert child.stdout is not None
        try:
            yield child, json.loads(child.stdout.readline())
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def prepared(greeting: dict[str, Any]) -> Api:
    """Choose the operator's password; return the demo tenant."""
    transport = Transport(greeting["url"])
    first = greeting["prepared"]["first"]["one_time_password"]
    api.sign_in(transport, EMAIL, first)
    api.change_password(transport, first, PASSWORD)
    return Api(transport).inside(greeting["demo"]["id"])


def until(console: subprocess.Popen[str], said: str) -> float:
    """Wait until the console tells a step; return when that was."""
    assert console.stdout is not None
    limit = Timer(STEP_SECONDS, console.kill)
    limit.start()
    line = console.stdout.readline().strip()
    limit.cancel()
    assert line == said, f"no step {said!r}: {line}"
    return time.monotonic()


@needs_a_screen
@pytest.mark.criterion("desktop-15")
def test_a_killed_appliance_is_told_at_once_and_what_was_being_written_is_there_once(tmp_path: Path, figure: Any) -> None:
    with screen() as display, appliance(tmp_path / "server", "127.0.0.1:0", "--demo") as (killed, greeting):
        inside = prepared(greeting)
        environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        arguments = (greeting["url"], EMAIL, PASSWORD, inside.place.tenant_id, NAME, str(tmp_path))
        command = [sys.executable, "-c", CONSOLE, *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as console:
            until(console, "signed in")
            until(console, "writing")
            os.killpg(killed.pid, signal.SIGKILL)
            gone = time.monotonic()
            told = until(console, "offline") - gone
            until(console, "held")
            with appliance(tmp_path / "server", greeting["url"].partition("://")[2]):
                back = time.monotonic()
                returned = until(console, "online") - back
                until(console, "settled")
                assert console.wait(20) == 0
                found = [row for row in inside.page("/contacts").rows if row["last_name"] == NAME]
    figure(f"banner after {told:.2f} s, connected {returned:.2f} s after the return")
    assert told <= 2
    assert returned <= 5
    assert len(found) == 1
