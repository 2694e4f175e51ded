"""The first run: an appliance on this computer is found, and the first steps are offered."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.client.cancellation import Cancellation
from app.main.demonstration import Demonstration
from app.shell import first_run
from app.shell.first_run import Begin
from app.shell.window import Window
from tests.peers.ports import free_port


def test_an_appliance_on_this_computer_is_found(demonstration: Demonstration) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert first_run.find(Cancellation(), (nobody, demonstration.url)) == demonstration.url
    assert first_run.find(Cancellation(), (nobody,)) is None


def test_the_first_key_waits_for_the_first_tenant(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    has_tenant: list[int] = []
    dialog = Begin(console.workspace.context, lambda: None, lambda: bool(has_tenant))
    qtbot.addWidget(dialog)
    assert not dialog.key.isEnabled()
    has_tenant.append(1)
    dialog.judge()
    assert dialog.key.isEnabled()
