"""Staying signed in over two starts: the kept token opens the console, a refused one is dropped, and a vault asks for its passphrase."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.main.demonstration import EMAIL, Demonstration
from app.pages.table import PAGES
from app.shell.remembering import Remembering
from app.shell.staying import PassphraseDialog
from app.shell.window import Window
from app.system import keychain, profiles
from app.system.profiles import Profile, Saved
from app.theme.brand import Brand
from app.theme.look import Look
from tests.app.stage import MemorySecrets, settled


@pytest.fixture
def profile(tmp_path: Path, demonstration: Demonstration) -> Profile:
    """Return an appliance that was signed in to before."""
    found = Profile(demonstration.url, "Demo", "development", email=EMAIL)
    profiles.save(tmp_path, Saved([found]))
    return found


def started(qtbot: QtBot, look: Look, jobs: Jobs, remembering: Remembering, folder: Path) -> Window:
    """Start the console; return its window once it has tried what was kept."""
    found = Window(look, jobs, PAGES, folder, Brand(), remembering)
    qtbot.addWidget(found)
    found.show()
    settled(qtbot, jobs)
    return found


def asked(window: Window) -> PassphraseDialog:
    return window.findChildren(PassphraseDialog)[-1]


def test_the_next_start_goes_on_without_a_password(
    qtbot: QtBot, look: Look, jobs: Jobs, tmp_path: Path, demonstration: Demonstration, profile: Profile
) -> None:
    memory = MemorySecrets()
    memory.put(profile.id, str(demonstration.api.transport.token))
    window = started(qtbot, look, jobs, Remembering(tmp_path, memory), tmp_path)
    assert window.workspace is not None
    assert window.workspace.session.me["user"]["email"] == EMAIL


def test_a_token_that_is_refused_is_dropped_and_the_password_is_asked_for(
    qtbot: QtBot, look: Look, jobs: Jobs, tmp_path: Path, profile: Profile
) -> None:
    memory = MemorySecrets()
    memory.put(profile.id, "jct_ses_that_is_over")
    window = started(qtbot, look, jobs, Remembering(tmp_path, memory), tmp_path)
    assert window.workspace is None
    assert window.sign_in.fault.text()
    assert window.sign_in.button.isEnabled()
    assert memory.kept == {}


def test_signing_out_of_a_locked_console_forgets_too(qtbot: QtBot, leaver: Window, memory: MemorySecrets) -> None:
    assert leaver.workspace is not None
    memory.put(leaver.workspace.session.profile.id, "token")
    leaver.lock()
    assert leaver.lock_scene is not None
    leaver.lock_scene.left.click()
    settled(qtbot, leaver.jobs)
    assert memory.kept == {}
    assert leaver.workspace is None


@pytest.mark.criterion("desktop-11")
def test_without_a_keyring_the_passphrase_is_chosen_once_and_asked_for_at_the_next_start(
    qtbot: QtBot, look: Look, jobs: Jobs, tmp_path: Path, demonstration: Demonstration, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keychain, "works", lambda: False)
    first = started(qtbot, look, jobs, Remembering(tmp_path), tmp_path)
    first.staying.keep(profile.id, str(demonstration.api.transport.token), lambda: None)
    settled(qtbot, jobs)
    choosing = asked(first)
    assert choosing.again is not None
    for words, again, fault in (("short", "short", True), ("correct horse", "correct house", True), ("correct horse", "correct horse", False)):
        choosing.line.setText(words)
        choosing.again.setText(again)
        choosing.act.click()
        assert choosing.fault.isVisible() is fault
    settled(qtbot, jobs)

    second = started(qtbot, look, jobs, Remembering(tmp_path), tmp_path)
    assert second.workspace is None
    opening = asked(second)
    opening.line.setText("wrong horse")
    opening.act.click()
    settled(qtbot, jobs)
    assert opening.fault.isVisible()
    opening.line.setText("correct horse")
    opening.act.click()
    settled(qtbot, jobs)
    assert second.workspace is not None
