"""The main window: one scene at a time. It owns nothing but what the scenes share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget

from app.jobs.pool import Jobs
from app.pages.specs import PageSpec
from app.shell.connecting import Credential, Session
from app.shell.sign_in import SignIn
from app.shell.workspace import Workspace
from app.system import profiles
from app.system.languages import tr
from app.theme.look import Look

SIZE = (1280, 820)


class Window(QMainWindow):
    """The console's window."""

    def __init__(self, look: Look, jobs: Jobs, pages: Sequence[PageSpec], folder: Path, name: str) -> None:
        super().__init__()
        self.look = look
        self.jobs = jobs
        self.pages = pages
        self.folder = folder
        self.name = name
        self.saved = profiles.load(folder)
        self.setWindowTitle(name)
        self.setWindowIcon(look.icon("brand", "accent_text"))
        self.resize(*SIZE)
        self.setMinimumSize(1000, 640)
        self._scenes = QStackedWidget()
        self.setCentralWidget(self._scenes)
        self.sign_in = SignIn(look, jobs, self.enter, name)
        self._scenes.addWidget(self.sign_in)
        self.workspace: Workspace | None = None
        self.sign_in.offer(self.saved.profiles, self.saved.preferences.last_profile)

    def enter(self, session: Session, credential: Credential | None = None) -> None:  # noqa: ARG002 - kept by the keyring's owner
        """Show what somebody who is signed in sees, and keep the profile."""
        self.saved.profiles = profiles.put(self.saved.profiles, session.profile)
        self.saved.preferences = replace(self.saved.preferences, last_profile=session.profile.id)
        profiles.save(self.folder, self.saved)
        self.leave()
        self.workspace = Workspace(session, self.pages, self.look, self.jobs, self.name, self.show_palette, self._menu())
        self._scenes.addWidget(self.workspace)
        self._scenes.setCurrentWidget(self.workspace)
        self.setWindowTitle(f"{session.profile.name} | {self.name}")
        self.workspace.begin(self.pages[0].key)

    def leave(self) -> None:
        """Go back to signing in."""
        if self.workspace:
            self.workspace.leave()
            self._scenes.removeWidget(self.workspace)
            self.workspace.deleteLater()
            self.workspace = None
        self._scenes.setCurrentWidget(self.sign_in)
        self.setWindowTitle(self.name)

    def show_palette(self) -> None:
        """Open the command palette."""

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for choice, words in (("system", tr("Theme of the system")), ("light", tr("Light theme")), ("dark", tr("Dark theme"))):
            menu.addAction(words, partial(self.look.choose, choice))
        menu.addSeparator()
        menu.addAction(tr("Sign out"), self.leave)
        return menu

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the threads end with the window."""
        self.leave()
        self.jobs.close()
        super().closeEvent(event)
