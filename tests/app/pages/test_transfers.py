"""Transfers against a real appliance: an import is taken back from its drawer, after it was said in numbers what that hits."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.client.api import Api, Row
from app.main.demonstration import Demonstration
from app.pages import requests
from app.pages.importing import RUN
from app.pages.job_dialog import JobDialog
from app.pages.list_view import ListWidget
from app.pages.transfers import UNDO, wrote
from app.shell.window import Window
from app.widgets.dialogs import ConfirmDialog
from tests.app.stage import settled
from tests.pace import awaited


@pytest.fixture
def api(demonstration: Demonstration) -> Api:
    return demonstration.api.inside(demonstration.tenant_id)


@pytest.fixture
def done(api: Api, tmp_path: Path) -> Row:
    """Return an import that has made two contacts."""
    file = tmp_path / "people.csv"
    file.write_text("email,first_name\ntaken-back-1@example.com,Ada\ntaken-back-2@example.com,Eve\n", encoding="utf-8")
    begun = api.ask(requests.made(RUN, {}, {"resource": "contacts", "file": str(file)}, "once"))
    return awaited(lambda: api.get(f"/imports/{begun['id']}"), lambda row: row["state"] == "completed")


@pytest.mark.criterion("desktop-13")
def test_an_import_is_taken_back_after_it_was_counted(qtbot: QtBot, console: Window, api: Api, done: Row) -> None:
    assert console.workspace is not None
    console.workspace.look_at("transfers", 0)
    settled(qtbot, console.jobs)
    view = console.workspace.page("transfers").view
    assert isinstance(view, ListWidget)
    view.act(UNDO, done)
    settled(qtbot, console.jobs)
    dialog = console.workspace.findChildren(ConfirmDialog)[-1]
    assert "records made: 2 · records changed: 0" in dialog.radius.text()
    dialog.act.click()
    view.acting.flush()
    qtbot.waitUntil(lambda: bool(console.findChildren(JobDialog)))
    panel = console.findChildren(JobDialog)[-1].panel
    qtbot.waitUntil(lambda: panel.job.get("state") == "completed")
    assert panel.job["result"]["deleted"] == 2
    assert api.page("/contacts", {"filter[email][ilike]": "taken-back-%"}).rows == []
    panel.window().close()
    settled(qtbot, console.jobs)


def test_only_what_has_ended_and_written_can_be_taken_back() -> None:
    counts = {"created": 1, "updated": 0, "dry_run": False}
    assert wrote({"state": "completed", "counts": counts})
    assert wrote({"state": "cancelled", "counts": counts})
    assert not wrote({"state": "running", "counts": counts})
    assert not wrote({"state": "completed", "counts": {**counts, "dry_run": True}})
    assert not wrote({"state": "completed", "counts": {**counts, "created": 0}})
