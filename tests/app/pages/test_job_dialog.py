"""The window of a job: closing it leaves the job running, stopping it asks the appliance to."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.job_dialog import JobDialog
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, settled

JOB = {"id": "imp_1", "state": "running", "done": 2, "total": 8}


def opened(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi) -> tuple[JobDialog, list[str]]:
    window = QWidget()
    qtbot.addWidget(window)
    changed: list[str] = []
    dialog = JobDialog(Context(api, jobs, look, Toasts(look, window), window), JOB, "Import", lambda: changed.append("changed"))
    dialog.show()
    return dialog, changed


def test_it_ends_by_itself_and_says_so_to_the_list(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    dialog, changed = opened(qtbot, look, jobs, ScriptedApi({"/imports/imp_1": {**JOB, "state": "completed", "done": 8}}))
    assert dialog.leave.isVisible()
    qtbot.waitUntil(lambda: not dialog.leave.isVisible())
    assert changed == ["changed"]


def test_stopping_asks_the_appliance_to(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    api = ScriptedApi()
    dialog, _ = opened(qtbot, look, jobs, api)
    dialog.leave.click()
    settled(qtbot, jobs)
    assert [call.path for call in api.calls if call.method == "POST"] == ["/jobs/imp_1/cancel"]


def test_closing_leaves_it_running(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    api = ScriptedApi({"/imports/imp_1": JOB})
    dialog, _ = opened(qtbot, look, jobs, api)
    dialog.act.click()
    settled(qtbot, jobs)
    assert [call.path for call in api.calls if call.method == "POST"] == []
    assert not dialog.panel.under_way
