"""The first run: an appliance on this computer is found, and the first steps are offered."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.client.cancellation import Cancellation
from app.main.demonstration import Demonstration
from app.shell import first_run
from app.shell.first_run import Begin
from app.shell.window import Window
from app.widgets.dialogs import FormDialog, SecretDialog
from tests.app.stage import settled
from tests.peers.ports import free_port


def test_an_appliance_on_this_computer_is_found(demonstration: Demonstration) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert first_run.find(Cancellation(), (nobody, demonstration.url)) == demonstration.url
    assert first_run.find(Cancellation(), (nobody,)) is None


def test_the_first_key_waits_for_the_first_tenant_and_each_step_is_marked(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    has_tenant: list[int] = []
    dialog = Begin(console.workspace.context, lambda: None, lambda: bool(has_tenant))
    qtbot.addWidget(dialog)
    dialog.open()
    assert [dialog.tenant.isEnabled(), dialog.key.isEnabled(), dialog.act.text()] == [True, False, "Later"]
    has_tenant.append(1)
    dialog.judge()
    assert [dialog.tenant.isEnabled(), dialog.key.isEnabled(), dialog.act.text()] == [False, True, "Later"]
    dialog.key.click()
    form = console.workspace.findChildren(FormDialog)[-1]
    assert [dialog.isVisible(), form.isVisible()] == [False, True]
    form.form.fill({"name": "The first", "scopes": ["contacts:read"]})
    form.act.click()
    settled(qtbot, console.jobs)
    secret = console.workspace.findChildren(SecretDialog)[-1]
    qtbot.wait(20)
    assert [dialog.isVisible(), secret.isVisible()] == [False, True]
    secret.stored.setChecked(True)
    secret.act.click()
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.act.text() == "Done"
    dialog.accept()
