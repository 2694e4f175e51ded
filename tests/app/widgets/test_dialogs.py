"""Dialogs: a secret is shown once and left only when it is stored; a dangerous act is counted and typed first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.widgets.dialogs import CLIPBOARD_SECONDS, ConfirmDialog, Dialog, FormDialog, Hub, SecretDialog, copy_concealed, in_turn
from app.widgets.fields import Field
from app.widgets.form import Form


@pytest.mark.criterion("desktop-12")
def test_a_secret_is_masked_and_cannot_be_left_before_it_is_stored(qtbot: QtBot) -> None:
    dialog = SecretDialog(None, "Key", "Once.", "jct_live_key_1")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.line.echoMode() == QLineEdit.EchoMode.Password
    dialog.show_button.click()
    assert dialog.line.displayText() == "jct_live_key_1"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.act.isEnabled()
    dialog.stored.setChecked(True)
    dialog.act.click()
    assert not dialog.isVisible()


@pytest.mark.criterion("desktop-12")
def test_the_clipboard_forgets_a_secret_unless_something_else_was_copied(qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    assert CLIPBOARD_SECONDS == 60
    copy_concealed("s3cret", 0.05)
    assert clipboard.text() == "s3cret"
    assert clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")
    qtbot.waitUntil(lambda: not clipboard.text())
    copy_concealed("s3cret", 0.05)
    clipboard.setText("something else")
    qtbot.wait(120)
    assert clipboard.text() == "something else"


@pytest.mark.criterion("desktop-13")
def test_a_dangerous_act_waits_for_its_count_and_for_the_typed_name(qtbot: QtBot) -> None:
    dialog = ConfirmDialog(None, "Delete: Demo", "Gone for good.", "Delete", typed="Demo")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.line.setText("Demo")
    assert not dialog.act.isEnabled()
    dialog.tell("Affected: 12 API keys.")
    assert dialog.act.isEnabled()
    dialog.line.setText("demo")
    assert not dialog.act.isEnabled()
    assert "12 API keys" in dialog.radius.text()


@pytest.mark.criterion("desktop-13")
def test_return_in_a_dangerous_dialog_does_nothing_by_itself(qtbot: QtBot) -> None:
    dialog = ConfirmDialog(None, "Delete", "Gone.", "Delete")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.tell("")
    accepted: list[None] = []
    dialog.accepted.connect(lambda: accepted.append(None))
    qtbot.keyClick(dialog.leave, Qt.Key.Key_Return)
    assert accepted == []


def test_a_form_is_handed_over_complete_and_stays_until_it_is_taken(qtbot: QtBot) -> None:
    dialog = FormDialog(None, "New", Form((Field("name", "Name", required=True),)))
    qtbot.addWidget(dialog)
    dialog.show()
    documents: list[object] = []
    dialog.submitted.connect(documents.append)
    dialog.act.click()
    assert documents == []
    dialog.form.fill({"name": "Shop"})
    dialog.act.click()
    assert documents == [{"name": "Shop"}]
    assert dialog.isVisible()
    dialog.say("Refused.")
    assert dialog.act.isEnabled()


def opened(qtbot: QtBot, title: str) -> Dialog:
    dialog = Dialog(None, title)
    qtbot.addWidget(dialog)
    return dialog


def test_what_nobody_asked_for_waits_until_no_dialog_is_open(qtbot: QtBot) -> None:
    first, second, third = (opened(qtbot, title) for title in ("first", "second", "third"))
    for dialog in (first, second, third):
        in_turn(dialog)
    assert [first.isVisible(), second.isVisible(), third.isVisible()] == [True, False, False]
    first.reject()
    qtbot.waitUntil(second.isVisible)
    assert not third.isVisible()
    second.accept()
    qtbot.waitUntil(third.isVisible)
    third.accept()


def test_a_dialog_that_leads_to_another_steps_aside_until_all_that_follows_has_closed(qtbot: QtBot) -> None:
    hub, form, secret = Hub(None, "hub"), opened(qtbot, "form"), opened(qtbot, "secret")
    qtbot.addWidget(hub)
    form.accepted.connect(secret.open)
    hub.open()
    hub.lead(form)
    form.open()
    assert not hub.isVisible()
    form.accept()
    qtbot.wait(20)
    assert [hub.isVisible(), secret.isVisible()] == [False, True]
    secret.accept()
    qtbot.waitUntil(hub.isVisible)
    hub.accept()


@pytest.mark.criterion("desktop-12")
def test_a_secret_goes_with_its_window(qtbot: QtBot) -> None:
    dialog = SecretDialog(None, "Key", "Once.", "jct_live_secret")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.stored.setChecked(True)
    dialog.act.click()
    assert "jct_live" not in dialog.line.text() + repr(vars(dialog))
