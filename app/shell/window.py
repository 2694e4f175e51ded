"""The main window: one scene at a time (signing in, working, locked), and what they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget

from app.client import api
from app.jobs.pool import Jobs
from app.pages.refusals import told
from app.pages.specs import PageSpec
from app.shell import account, finding, first_run, preferences, profile_dialog, shortcuts
from app.shell.connecting import Credential, Session
from app.shell.locking import Curtain, Idle, LockScene
from app.shell.news_dialog import NewsDialog
from app.shell.palette import Palette
from app.shell.remembering import Remembering
from app.shell.sign_in import SignIn
from app.shell.speaking import speak
from app.shell.staying import Staying
from app.shell.tray import Tray
from app.shell.workspace import Workspace
from app.system import news, profiles
from app.system.arrangements import Arrangements
from app.system.languages import tr
from app.system.profiles import Preferences, Profile
from app.theme.brand import Brand
from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.dialogs import in_turn

SIZE = (1280, 820)


class Window(QMainWindow):
    """The console's window."""

    def __init__(self, look: Look, jobs: Jobs, pages: Sequence[PageSpec], folder: Path, brand: Brand, remembering: Remembering | None = None) -> None:
        super().__init__()
        self.look = look
        self.jobs = jobs
        self.pages = pages
        self.folder = folder
        self.brand = brand
        self.saved = profiles.load(folder)
        self.news = news.read()
        self._arrangements = Arrangements(folder)
        self.staying = Staying(self, jobs, remembering or Remembering(folder))
        self.lately: list[str] = []
        self.setWindowTitle(brand.name)
        self.setWindowIcon(look.mark())
        self.resize(*SIZE)
        self.setMinimumSize(1000, 640)
        self._scenes = QStackedWidget()
        self.setCentralWidget(self._scenes)
        self.workspace: Workspace | None = None
        self.lock_scene: LockScene | None = None
        self._curtain = Curtain(self)
        self.tray = Tray(self, look, brand.name)
        self._shortcuts = shortcuts.bind(self, self.acts(), self.saved.preferences.shortcuts)
        self.idle = Idle(self, self.saved.preferences.lock_minutes, self.lock)
        self._prepare()
        self._begin()

    def _prepare(self) -> None:
        """Make the scene of signing in, in the language of now."""
        self.sign_in = SignIn(self.look, self.jobs, self.enter, self.brand.name)
        self.sign_in.local.clicked.connect(self._start_here)
        self.sign_in.profiles.activated.connect(lambda _: self._resume(self.sign_in.profiles.currentData()))
        self._scenes.addWidget(self.sign_in)
        self.sign_in.offer(self.saved.profiles, self.saved.preferences.last_profile)

    def _begin(self) -> None:
        """Go on where somebody stayed signed in; on a first run, look for an appliance on this computer."""
        if not self.saved.profiles:
            self.jobs.run(first_run.find, self.sign_in.found, lambda _: None)
            self._note_news()  # to somebody who is new here nothing of it is
        self._resume(self.sign_in.profiles.currentData())

    def _resume(self, profile: Profile) -> None:
        """Go on as whoever stayed signed in there; a token that is refused is dropped."""
        if profile.url:
            over = partial(self.staying.forget, profile.id)
            self.staying.find(profile.id, lambda token: self.sign_in.resume(profile, token, over))

    def _start_here(self) -> None:
        self.sign_in.local.setEnabled(False)
        self.sign_in.hint.setText(tr("Starting… its one-time password goes to {file}.", file=self.folder / "appliance.txt"))
        start = partial(first_run.start_local, self.folder)
        self.jobs.run(start, lambda url: self.sign_in.found(url, self.folder / "appliance.txt"), lambda error: self.sign_in.say(told(error)))

    # Scenes.

    def enter(self, session: Session, credential: Credential | None = None) -> None:
        """Show what somebody who is signed in sees, and keep the profile; a credential is kept too, when it comes along."""
        self._keep(session.profile)
        token = session.api.transport.token
        if credential and token:
            self.staying.keep(session.profile.id, token, self._not_kept)
        self.leave()
        self._work(session, self.pages[0].key)
        if told := news.unseen(self.news, self.saved.preferences.news):
            in_turn(NewsDialog(self, told))
            self._note_news()

    def _work(self, session: Session, page: str, tenant: str = "") -> None:
        self.workspace = Workspace(session, self.pages, self.look, self.jobs, self.brand.name, self.show_palette, self._menu(session))
        self.workspace.reached = self._reached
        self.workspace.context.arrangements = self._arrangements
        self._scenes.addWidget(self.workspace)
        self._scenes.setCurrentWidget(self.workspace)
        self.setWindowTitle(f"{session.profile.name} | {self.brand.name}")
        self.workspace.begin(page, tenant)

    def leave(self) -> None:
        """Go back to signing in."""
        if self.workspace:
            self.workspace.leave()
            self._scenes.removeWidget(self.workspace)
            self.workspace.deleteLater()
            self.workspace = None
        if self.lock_scene:
            self._curtain.drop()
        self._unlock()
        self._scenes.setCurrentWidget(self.sign_in)
        self.sign_in.attend()
        self.setWindowTitle(self.brand.name)

    def lock(self) -> None:
        """Hide everything until the same person proves to be there."""
        if self.workspace and not self.lock_scene:
            self._curtain.draw()
            self.lock_scene = LockScene(self.look, self.jobs, self.workspace.session, self._unlock, self.forget)
            self._scenes.addWidget(self.lock_scene)
            self._scenes.setCurrentWidget(self.lock_scene)
            self.lock_scene.line.setFocus()

    def _unlock(self) -> None:
        if self.lock_scene:
            self._scenes.removeWidget(self.lock_scene)
            self.lock_scene.deleteLater()
            self.lock_scene = None
            if self.workspace:
                self._scenes.setCurrentWidget(self.workspace)
            self._curtain.lift()

    # Acts.

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return what the shortcuts do."""
        named = {
            "palette": self.show_palette,
            "sheet": self.show_sheet,
            "theme": self.switch_theme,
            "lock": self.lock,
            "quit": self.close,
            "preferences": self.show_preferences,
            "news": self.show_news,
            "account": self.show_account,
            "profile": self.show_profile,
            "forget": self.forget,
        }
        on_page = {name: partial(self._on_page, name) for name in ("refresh", "new", "find", "next_view")}
        pages = {f"page_{place}": partial(self._go, place - 1) for place in range(1, 10)}
        return {**named, **on_page, **pages}

    def show_palette(self) -> Palette | None:
        """Open the command palette."""
        if self.workspace is None or self.lock_scene:
            return None
        workspace = self.workspace
        keys = shortcuts.bindings(self.saved.preferences.shortcuts)
        commands = finding.commands(workspace, self.acts(), keys)
        palette = Palette(self, self.look, commands, lambda text: finding.ask(workspace, text, palette.found), self.lately)
        palette.accepted.connect(lambda: self._note(palette.chosen))
        palette.open()
        palette.line.setFocus()
        return palette

    def show_sheet(self) -> None:
        """Show the shortcuts."""
        if self.lock_scene:
            return
        shortcuts.Sheet(self, self.saved.preferences.shortcuts).open()

    def switch_theme(self) -> None:
        """Take the other theme."""
        self.choose(replace(self.saved.preferences, theme="light" if self.look.tokens.is_dark else "dark"))

    def show_preferences(self) -> None:
        """Open the preferences."""
        preferences.edit(self, self.saved.preferences, self.choose)

    def show_profile(self) -> None:
        """Open the profile that is signed in to."""
        if self.workspace:
            profile_dialog.edit(self, self.workspace.session.profile, self._change_profile, self._remove)

    def show_news(self) -> None:
        """Show what is new."""
        NewsDialog(self, self.news).open()

    def show_account(self) -> None:
        """Show the own account; who acts with an operator's key has none."""
        if self.workspace and self.workspace.session.has_account:
            account.show(self.workspace.context, self.workspace.session, self.staying)

    def forget(self) -> None:
        """Sign out: the session ends, and nobody stays signed in by it."""
        if self.workspace:
            session = self.workspace.session
            self.staying.forget(session.profile.id)
            if session.has_account:
                self.jobs.run(partial(api.sign_out, session.api.transport), lambda _: None, lambda _: None, lasting=True)
        self.leave()

    def _change_profile(self, profile: Profile) -> None:
        """Show a profile's new name and colours at once; its certificate counts from the next signing in."""
        self._keep(profile)
        if self.workspace:
            self._build_anew(replace(self.workspace.session, profile=profile))

    def _build_anew(self, session: Session) -> None:
        if self.workspace:
            page, tenant = self.workspace.current, self.workspace.bar.place[0]
            self.leave()
            self._work(session, page, tenant)

    def _remove(self, profile: Profile) -> None:
        self.forget()
        self.saved.profiles = profiles.without(self.saved.profiles, profile)
        profiles.save(self.folder, self.saved)
        self.sign_in.offer(self.saved.profiles)

    def choose(self, chosen: Preferences) -> None:
        """Take preferences, all of them at once."""
        before, self.saved.preferences = self.saved.preferences, chosen
        profiles.save(self.folder, self.saved)
        if chosen.language != before.language:
            self._speak(chosen.language)
        self.look.choose(chosen.theme)
        self.idle.wait(chosen.lock_minutes)
        if chosen.shortcuts != before.shortcuts:
            for bound in self._shortcuts.values():
                bound.deleteLater()
            self._shortcuts = shortcuts.bind(self, self.acts(), chosen.shortcuts)

    def _speak(self, language: str) -> None:
        """Say everything anew in another language, where one is: its widgets keep the words that they were built with."""
        speak(language)
        old = self.sign_in
        self.tray.speak()
        self._prepare()
        self._scenes.removeWidget(old)
        old.deleteLater()
        if self.workspace:
            self._build_anew(self.workspace.session)

    def _note_news(self) -> None:
        self.saved.preferences = replace(self.saved.preferences, news=news.newest(self.news))
        profiles.save(self.folder, self.saved)

    def _keep(self, profile: Profile) -> None:
        self.saved.profiles = profiles.put(self.saved.profiles, profile)
        self.saved.preferences = replace(self.saved.preferences, last_profile=profile.id)
        profiles.save(self.folder, self.saved)
        self.sign_in.offer(self.saved.profiles, profile.id)

    def _not_kept(self) -> None:
        if self.workspace:
            self.workspace.toasts.say(tr("Nothing was kept, so you have to sign in again next time."), "warning")

    def _note(self, title: str) -> None:
        self.lately = [title, *(one for one in self.lately if one != title)][:20]

    def _go(self, place: int) -> None:
        if self.workspace and not self.lock_scene and place < len(self.pages):
            self.workspace.go(self.pages[place].key)

    def _on_page(self, what: str) -> None:
        if self.workspace and not self.lock_scene:
            self.workspace.on_page(what)

    def _reached(self, connected: bool) -> None:  # noqa: FBT001 - what the watch says
        self.tray.tell(connected=connected)

    def _menu(self, session: Session) -> QMenu:
        menu = QMenu(self)
        dress(menu)
        if session.has_account:
            menu.addAction(self.look.icon("user"), tr("My account…"), self.show_account)
        menu.addAction(self.look.icon("server"), tr("Profile {name}…", name=session.profile.name), self.show_profile)
        menu.addAction(self.look.icon("settings"), tr("Preferences…"), self.show_preferences)
        menu.addAction(self.look.icon("keyboard"), tr("Keyboard shortcuts"), self.show_sheet)
        menu.addAction(self.look.icon("moon"), tr("Light or dark"), self.switch_theme)
        menu.addAction(self.look.icon("bell"), tr("What is new"), self.show_news)
        menu.addSeparator()
        for words, address in self.brand.links.items():
            menu.addAction(self.look.icon("external"), words, partial(QDesktopServices.openUrl, QUrl(address)))
        if self.brand.links:
            menu.addSeparator()
        menu.addAction(self.look.icon("lock"), tr("Lock"), self.lock)
        menu.addAction(self.look.icon("sign-out"), tr("Sign out"), self.forget)
        return menu

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the threads end with the window."""
        self.leave()
        self.tray.icon.hide()
        self.jobs.close()
        super().closeEvent(event)
