"""The sandbox on a real appliance, from the live mode: its clock goes forward, it is filled and emptied, and what is live stays."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Api, Call
from app.main.demonstration import Demonstration
from app.pages.job_dialog import JobDialog
from app.pages.sandbox import Sandbox
from app.shell.window import Window
from app.widgets.dialogs import ConfirmDialog
from tests.app.stage import settled


@pytest.fixture
def sandbox(demonstration: Demonstration) -> Api:
    """Return the demo tenant's sandbox with one contact, its clock right."""
    api = demonstration.api.inside(demonstration.tenant_id, "test")
    api.ask(Call("POST", "/sandbox/reset", body={"seed": "empty"}))
    api.ask(Call("POST", "/contacts", body={"first_name": "Only a test"}))
    return api


@pytest.fixture
def view(qtbot: QtBot, console: Window, sandbox: Api) -> Sandbox:
    assert console.workspace is not None
    assert console.workspace.context.api.place.mode == "live"
    page = console.workspace.page("keys")
    console.workspace.look_at("keys", len(page.spec.views) - 1)
    settled(qtbot, console.jobs)
    assert isinstance(page.view, Sandbox)
    return page.view


def said(view: QWidget) -> list[str]:
    return [words.text() for words in view.findChildren(QLabel)]


def test_the_clock_goes_forward_and_says_so(qtbot: QtBot, console: Window, sandbox: Api, view: Sandbox) -> None:
    assert "On time" in said(view.facts)
    view.buttons["1 day"].click()
    settled(qtbot, console.jobs)
    assert sandbox.get("/sandbox")["ahead_seconds"] == 86_400
    assert "Ahead" in said(view.facts)


@pytest.mark.parametrize(("label", "left"), [("Empty it…", 0), ("Fill it anew…", 1)])
def test_it_begins_anew_and_what_is_live_stays(
    qtbot: QtBot, console: Window, demonstration: Demonstration, sandbox: Api, view: Sandbox, label: str, left: int
) -> None:
    live = demonstration.api.inside(demonstration.tenant_id)
    before = live.page("/contacts").rows
    view.buttons[label].click()
    settled(qtbot, console.jobs)
    dialog = next(found for found in console.findChildren(ConfirmDialog) if found.isVisible())
    assert "contacts: 1" in dialog.radius.text()
    dialog.accept()
    assert len(sandbox.page("/contacts").rows) == 1, "it can be taken back for some seconds"
    view.acting.flush()
    qtbot.waitUntil(lambda: bool(console.findChildren(JobDialog)))
    panel = console.findChildren(JobDialog)[-1].panel
    qtbot.waitUntil(lambda: panel.job.get("state") == "completed", timeout=30_000)
    assert "Removed" in said(panel)
    panel.window().close()
    settled(qtbot, console.jobs)
    assert min(len(sandbox.page("/contacts").rows), 1) == left
    assert "Only a test" not in {row["first_name"] for row in sandbox.page("/contacts").rows}
    assert live.page("/contacts").rows == before
