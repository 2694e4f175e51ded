"""Pictures of every page in both themes against a demo appliance: for the README, for white-label partners, and for a look before a release."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.client.api import Api
from app.jobs.pool import Work
from app.main import starting
from app.main.demonstration import Demonstration, running
from app.pages.list_view import ListWidget
from app.pages.overview_view import Overview
from app.shell.connecting import Session
from app.shell.window import Window
from app.system.profiles import Profile
from app.theme import brand

THEMES: Final = ("light", "dark")
SETTLE_MS: Final = 250
LONGEST_MS: Final = 4000
# Views that are pictured with the drawer of their first row, too.
OPENED: Final = (
    ("webhooks", 1),
    ("records", 0),
    ("keys", 0),
    ("integrations", 0),
    ("integrations", 1),
    ("email", 2),
    ("email", 4),
    *(("model", place) for place in range(3)),
    ("documents", 0),
    ("duplicates", 0),
    ("duplicates", 2),
    ("email", 1),
    ("records", 5),
)
READINGS: Final = 40
READING_MS: Final = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: a page, one of its views, and whether the drawer of its first row is open."""

    page: str
    view: int
    opened: bool = False

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.page}-{self.view}{'-open' if self.opened else ''}"


def take(folder: Path, worn: Path | None = None) -> int:
    """Write the pictures into a folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    application = starting.application_of(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="junction-console-") as home, running() as demonstration:
        window = starting.window_of(application, Path(home), brand.load(worn))
        window.show()
        written = sum(1 for _ in pictures(window, demonstration, folder))
        window.close()
    sys.stdout.write(f"{written} pictures in {folder}\n")
    return 0


def pictures(window: Window, demonstration: Demonstration, folder: Path) -> Iterator[Path]:
    """Write one picture after the other."""
    for theme in THEMES:
        window.look.choose(theme)
        settle(window)
        yield _grabbed(window, folder, f"sign-in.{theme}")
        enter(window, demonstration)
        for scene in scenes(window):
            show(window, scene)
            yield _grabbed(window, folder, f"{scene.name}.{theme}")
        window.leave()


def enter(window: Window, demonstration: Demonstration) -> None:
    """Sign in to the demo appliance."""
    me = demonstration.api.get("/admin/v1/me")
    window.enter(Session(demonstration.api, Profile(demonstration.url, "Demo", "development"), me))
    settle(window)
    if window.workspace:
        window.workspace.bar.tenants.setCurrentIndex(window.workspace.bar.tenants.findData(demonstration.tenant_id))
    settle(window)


def scenes(window: Window) -> list[Scene]:
    """Return every picture there is to take."""
    found = [Scene(page.key, place) for page in window.pages for place in range(len(page.views))]
    return [*found, *(Scene(page, view, opened=True) for page, view in OPENED)]


def show(window: Window, scene: Scene) -> None:
    """Bring a scene before the window's eye."""
    if window.workspace:
        window.workspace.look_at(scene.page, scene.view)
        settle(window)
        view = window.workspace.page(scene.page).view
        if isinstance(view, Overview):
            _live_a_while(window, view)
        if isinstance(view, ListWidget):
            _open(view, window, opened=scene.opened)


def _live_a_while(window: Window, view: Overview) -> None:
    """Let the overview read a few dozen times while the appliance has something to do, so that its charts have lines."""
    api = view.context.api
    for _ in range(READINGS):
        for path in ("/contacts", "/deals", "/webhooks", "/events"):
            window.jobs.run(_reading(api, path), lambda _: None, lambda _: None)
        view.read_now()
        settle(window, READING_MS)


def _reading(api: Api, path: str) -> Work:
    return lambda cancellation: api.page(path, cancellation=cancellation)


def _open(view: ListWidget, window: Window, *, opened: bool) -> None:
    view.drawer.setVisible(False)
    found = view.listing.model.row_at(0) if opened else None
    if found:
        view.details.show(found)
        settle(window)


def settle(window: Window, least: int | None = None) -> None:
    """Let everything that was asked for arrive and be painted; `least` are milliseconds."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS if least is None else least, lambda: loop.quit() if not window.jobs.busy else window.jobs.idle.connect(loop.quit))
    QTimer.singleShot(LONGEST_MS, loop.quit)
    loop.exec()
    QApplication.sendPostedEvents()


def _grabbed(window: Window, folder: Path, name: str) -> Path:
    path = folder / f"{name}.png"
    window.grab().save(str(path))
    return path
