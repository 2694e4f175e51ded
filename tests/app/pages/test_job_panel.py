"""A job on the screen: it is asked about until it ends, shows what came of it, and offers what can be done then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Row
from app.client.errors import Unreachable
from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.job_panel import ENDED, FIGURES, JobPanel
from app.pages.specs import Action
from app.theme.look import Look
from app.widgets.toasts import Toasts
from server.services.importing import undoing, writer
from server.services.syncing import counting
from tests.app.stage import ScriptedApi

JOB = {"id": "imp_1", "state": "running", "done": 2, "total": 8}
ERRORS = Action("errors", "Keep the refused rows", "/imports/{id}/errors", when=lambda job: job.get("counts", {}).get("refused", 0) > 0)


@pytest.fixture
def api() -> ScriptedApi:
    return ScriptedApi()


@pytest.fixture
def acts() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def panel(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi, acts: list[tuple[str, str]]) -> JobPanel:
    window = QWidget()
    qtbot.addWidget(window)
    context = Context(api, jobs, look, Toasts(look, window), window)
    found = JobPanel(context, (ERRORS,), lambda action, row: acts.append((action.key, row["id"])))
    qtbot.addWidget(found)
    found.show()
    return found


def test_it_shows_progress_then_what_came_of_it_and_offers_what_fits(
    qtbot: QtBot, panel: JobPanel, api: ScriptedApi, acts: list[tuple[str, str]]
) -> None:
    api.answers["/imports/imp_1"] = {**JOB, "state": "completed", "done": 8, "counts": {"created": 7, "refused": 1, "dry_run": False}}
    panel.watch(JOB)
    assert (panel.bar.value(), panel.bar.maximum(), panel.words.text()) == (2, 8, "Running: 2 of 8")
    with qtbot.waitSignal(panel.ended):
        pass
    shown = [found.text() for found in panel.findChildren(QLabel)]
    assert {"Created", "7", "Refused", "1"} <= set(shown)
    panel.findChildren(QPushButton)[0].click()
    assert acts == [("errors", "imp_1")]
    assert not panel.under_way


def test_silence_is_said_and_asking_goes_on(qtbot: QtBot, panel: JobPanel, api: ScriptedApi) -> None:
    api.answers["/imports/imp_1"] = Unreachable("gone")
    panel.watch(JOB)
    qtbot.waitUntil(lambda: panel.fault.text() == "gone")
    assert panel.under_way


def test_a_failure_says_why(panel: JobPanel) -> None:
    panel.watch({**JOB, "state": "failed", "error": {"code": "file_missing", "detail": "The file is gone."}})
    assert panel.fault.text() == "The file is gone."


@pytest.mark.parametrize("kind", ["Job", "Import", "Export", "Sync"])
def test_every_state_in_which_the_appliance_leaves_a_job_ends_the_watch(kind: str) -> None:
    document = json.loads(Path("resources/openapi.json").read_text(encoding="utf-8"))
    states: Row = document["components"]["schemas"][kind]["properties"]["state"]
    assert set(states["enum"]) - {"pending", "running", "waiting"} <= ENDED


def test_every_figure_that_an_import_its_undoing_or_a_sync_comes_to_has_a_name() -> None:
    assert {*writer.COUNTED, *undoing.COUNTED, *counting.ALL} <= set(FIGURES)


def test_what_a_job_tells_programs_is_shown_to_nobody(panel: JobPanel) -> None:
    panel.watch({**JOB, "state": "completed", "result": {"rows": 12, "bytes": 3456, "content_url": "/exports/exp_1/content", "import_id": "imp_1"}})
    shown = [found.text() for found in panel.findChildren(QLabel)]
    assert shown[2:] == ["Rows", "12", "Bytes", "3,456"]
