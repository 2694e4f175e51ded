"""The scene of signing in: right and wrong passwords, keys, and what it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.main.demonstration import EMAIL, Demonstration
from app.shell.window import Window
from app.system.profiles import Profile
from app.widgets.dialogs import FormDialog
from tests.app.stage import MemorySecrets, settled

CANARY = "canary-pass-4711"


def sign_in(qtbot: QtBot, window: Window, url: str, password: str) -> None:
    """Enter address, person and password, and press Return."""
    window.sign_in.url.setText(url)
    window.sign_in.email.setText(EMAIL)
    window.sign_in.password.setText(password)
    window.sign_in.submit()
    settled(qtbot, window.jobs)


def test_the_right_password_opens_the_workspace_and_leaves_no_trace(qtbot: QtBot, window: Window, demonstration: Demonstration) -> None:
    sign_in(qtbot, window, demonstration.url, demonstration.password)
    assert window.workspace is not None
    assert window.sign_in.password.text() == ""
    assert demonstration.url in window.saved.profiles[0].url


@pytest.mark.criterion("desktop-11")
def test_neither_password_nor_token_is_written_anywhere(qtbot: QtBot, window: Window, demonstration: Demonstration, tmp_path: Path) -> None:
    sign_in(qtbot, window, demonstration.url, demonstration.password)
    assert window.workspace is not None
    token = str(window.workspace.session.api.transport.token)
    written = "".join(path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert demonstration.password not in written
    assert token not in written


def test_a_wrong_password_says_so_and_can_be_tried_again(qtbot: QtBot, window: Window, demonstration: Demonstration) -> None:
    sign_in(qtbot, window, demonstration.url, CANARY)
    assert window.workspace is None
    assert window.sign_in.fault.isVisible()
    assert window.sign_in.button.isEnabled()


def test_an_operators_key_opens_too(qtbot: QtBot, window: Window, demonstration: Demonstration, memory: MemorySecrets) -> None:
    key = demonstration.api.ask(Call("POST", "/admin/v1/operator-keys", body={"name": "Console"}))["key"]
    window.sign_in.with_key.setChecked(True)
    window.sign_in.url.setText(demonstration.url)
    window.sign_in.key.setText(key)
    window.sign_in.remember.setChecked(True)
    window.sign_in.submit()
    settled(qtbot, window.jobs)
    assert window.workspace is not None
    assert memory.get(window.workspace.session.profile.id) == key


def test_an_address_without_encryption_is_warned_about(window: Window) -> None:
    window.sign_in.url.setText("http://crm.example.com")
    assert window.sign_in.insecure.isVisible()
    window.sign_in.url.setText("https://crm.example.com")
    assert not window.sign_in.insecure.isVisible()


def test_who_has_started_an_appliance_is_told_where_its_password_is_and_has_only_that_left_to_enter(window: Window, tmp_path: Path) -> None:
    window.sign_in.found("http://127.0.0.1:8080", tmp_path / "appliance.txt")
    assert str(tmp_path / "appliance.txt") in window.sign_in.hint.text()
    assert (window.sign_in.url.text(), window.sign_in.email.text()) == ("http://127.0.0.1:8080", "operator@localhost")


def test_what_somebody_has_typed_is_not_written_over_by_what_was_found(window: Window) -> None:
    window.sign_in.url.setText("https://crm.example.com")
    window.sign_in.found("http://127.0.0.1:8080")
    assert window.sign_in.url.text() == "https://crm.example.com"


def test_an_appliance_that_did_not_start_can_be_started_again(window: Window, tmp_path: Path) -> None:
    window.sign_in.local.setEnabled(False)
    window.sign_in.found(None, tmp_path / "appliance.txt")
    assert str(tmp_path / "appliance.txt") in window.sign_in.hint.text()
    assert window.sign_in.local.isEnabled()


def test_a_first_password_is_typed_twice_and_nothing_else_is_asked_for(window: Window) -> None:
    scene = window.sign_in
    scene.ask_password()
    assert [line.isVisible() for line in (scene.fresh, scene.again, scene.url, scene.email, scene.password)] == [True, True, False, False, False]
    scene.fresh.setText("correct horse battery")
    scene.again.setText("correct house battery")
    scene.submit()
    assert scene.fault.isVisible()
    assert scene.button.isEnabled()
    scene.start_over()
    assert [scene.fresh.isVisible(), scene.password.isVisible(), scene.fresh.text()] == [False, True, ""]


def test_an_address_that_is_known_is_the_same_profile_again(window: Window) -> None:
    known = Profile("https://crm.example.com", "Head office", fingerprint="ab" * 32)
    window.sign_in.offer([known])
    window.sign_in.profiles.setCurrentIndex(1)
    window.sign_in.url.setText(f"{known.url}/")
    window.sign_in.submit()
    assert (window.sign_in._profile.id, window.sign_in._profile.fingerprint) == (known.id, known.fingerprint)
    window.jobs.cancel(window.sign_in.connecting)


def test_a_profile_shows_its_new_name_at_once_and_one_that_is_removed_is_forgotten(qtbot: QtBot, leaver: Window, memory: MemorySecrets) -> None:
    assert leaver.workspace is not None
    profile_id = leaver.workspace.session.profile.id
    leaver.show_profile()
    dialog = leaver.findChildren(FormDialog)[-1]
    dialog.form.fill({"label": "Warehouse", "environment": "staging"})
    dialog.act.click()
    settled(qtbot, leaver.jobs)
    assert (leaver.workspace.bar.badge.text(), leaver.windowTitle()) == ("Warehouse", "Warehouse | Junction")
    memory.put(profile_id, "token")
    leaver.show_profile()
    buttons = leaver.findChildren(FormDialog)[-1].findChildren(QPushButton)
    next(button for button in buttons if button.text() == "Remove this profile").click()
    settled(qtbot, leaver.jobs)
    assert (leaver.saved.profiles, memory.kept) == ([], {})
    assert leaver.sign_in.isVisible()
