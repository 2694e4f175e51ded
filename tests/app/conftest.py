"""What tests of the console can ask for: an application without a screen, a pool, and a window that is signed in to a real appliance."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.client import api
from app.client.api import Api
from app.client.transport import Transport
from app.jobs.collecting import Collecting
from app.jobs.pool import Jobs
from app.main import demonstration as demonstrating
from app.main.demonstration import Demonstration
from app.pages.table import PAGES
from app.shell.connecting import Session
from app.shell.remembering import Remembering
from app.shell.window import Window
from app.system import languages
from app.system.profiles import Profile
from app.theme.brand import Brand
from app.theme.look import Look
from tests.app.stage import MemorySecrets, settled
from tests.pace import PATIENCE

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """Delete the windows of a test before what they work with: no loop runs between two tests that would do it."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return (yield)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English before and after each test."""
    languages.use("en")
    yield
    languages.use("en")


class PatientBot(QtBot):
    """A bot that waits as long as all other tests do."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = int(PATIENCE * 1000)) -> None:  # noqa: N802 - Qt's spelling
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Return what plays the user."""
    return PatientBot(request)


@pytest.fixture
def look(qapp: QApplication, tmp_path: Path) -> Iterator[Look]:
    """Return the light look."""
    found = Look(qapp, tmp_path / "drawings", "light")
    yield found
    found.deleteLater()


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    """Return a pool; whatever nobody foresaw fails the test."""
    found = Jobs()
    unexpected: list[BaseException] = []
    found.unexpected.connect(unexpected.append)
    yield found
    found.close()
    assert unexpected == []


@pytest.fixture
def collected(qapp: QApplication) -> Iterator[None]:
    """Collect garbage as a console does."""
    collector = Collecting()
    collector.start()
    yield
    collector.stop()


@pytest.fixture(scope="session")
def demonstration() -> Iterator[Demonstration]:
    """Return a real appliance in processes of its own, with a demo tenant."""
    with demonstrating.running() as found:
        yield found


@pytest.fixture
def memory() -> MemorySecrets:
    """Return what the window keeps of those who stay signed in."""
    return MemorySecrets()


@pytest.fixture
def window(qtbot: QtBot, look: Look, jobs: Jobs, tmp_path: Path, memory: MemorySecrets) -> Window:
    """Return a window that waits for somebody to sign in."""
    found = Window(look, jobs, PAGES, tmp_path, Brand(), Remembering(tmp_path, memory))
    qtbot.addWidget(found)
    found.show()
    return found


@pytest.fixture
def console(qtbot: QtBot, window: Window, demonstration: Demonstration) -> Window:
    """Return a window that is signed in to the demo tenant."""
    return entered(qtbot, window, demonstration, demonstration.api.inside(""))


@pytest.fixture
def leaver(qtbot: QtBot, window: Window, demonstration: Demonstration) -> Window:
    """Return such a window with a session of its own: signing out ends it."""
    transport = Transport(demonstration.url)
    api.sign_in(transport, demonstrating.EMAIL, demonstration.password)
    return entered(qtbot, window, demonstration, Api(transport))


def entered(qtbot: QtBot, window: Window, demonstration: Demonstration, mine: Api) -> Window:
    """Show the demo tenant in a window."""
    window.enter(Session(mine, Profile(demonstration.url, "Demo", "development"), mine.get("/admin/v1/me")))
    settled(qtbot, window.jobs)
    assert window.workspace is not None
    window.workspace.bar.tenants.setCurrentIndex(window.workspace.bar.tenants.findData(demonstration.tenant_id))
    settled(qtbot, window.jobs)
    return window
