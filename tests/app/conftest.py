"""What tests of the console can ask for: an application without a screen, a pool, and a window that is signed in to a real appliance."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

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

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English before and after each test."""
    languages.use("en")
    yield
    languages.use("en")


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
    me = demonstration.api.get("/admin/v1/me")
    window.enter(Session(demonstration.api.inside(""), Profile(demonstration.url, "Demo", "development"), me))
    settled(qtbot, window.jobs)
    assert window.workspace is not None
    window.workspace.bar.tenants.setCurrentIndex(window.workspace.bar.tenants.findData(demonstration.tenant_id))
    settled(qtbot, window.jobs)
    return window
