"""A job on the screen: it ends by itself, shows what came of it, and can be stopped."""

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


def opened(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi) -> JobDialog:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = JobDialog(Context(api, jobs, look, Toasts(look, window), window), JOB, "Import", lambda: None)
    dialog.show()
    return dialog


def test_it_shows_progress_and_then_what_came_of_it(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    dialog = opened(qtbot, look, jobs, ScriptedApi({"/imports/imp_1": {**JOB, "state": "succeeded", "done": 8, "counts": {"created": 7}}}))
    assert (dialog.bar.value(), dialog.bar.maximum(), dialog.words.text()) == (2, 8, "running: 2 of 8")
    qtbot.waitUntil(dialog.outcome.isVisible)
    assert '"created": 7' in dialog.outcome.toPlainText()
    assert not dialog.leave.isVisible()


def test_stopping_asks_the_appliance_to(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    api = ScriptedApi()
    dialog = opened(qtbot, look, jobs, api)
    dialog.leave.click()
    settled(qtbot, jobs)
    assert [call.path for call in api.calls if call.method == "POST"] == ["/imports/imp_1/cancel"]
