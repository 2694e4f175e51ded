"""A file on its way: told now and then, shown only when it takes a while, stopped by whoever does not want it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.client.cancellation import Cancellation
from app.client.errors import Missing, Problem
from app.client.transfer import Progress
from app.jobs.pool import Jobs
from app.pages import moving
from app.pages.context import Context
from app.pages.moving import MovingDialog, MovingPanel
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, settled


@pytest.fixture
def context(qtbot: QtBot, look: Look, jobs: Jobs) -> Context:
    window = QWidget()
    qtbot.addWidget(window)
    return Context(ScriptedApi(), jobs, look, Toasts(look, window), window)


def test_what_could_not_be_seen_is_not_told(qtbot: QtBot, context: Context, jobs: Jobs) -> None:
    panel, shown = MovingPanel(context), list[int]()
    panel._told.moved.connect(lambda done, _: shown.append(done))

    def work(_cancellation: Cancellation, progress: Progress) -> str:
        for done in range(0, 100_001, 10):
            progress(done, 100_000)
        return "gone"

    found: list[str] = []
    panel.start(work, found.append, lambda _: None)
    settled(qtbot, jobs)
    assert found == ["gone"]
    assert len(shown) == moving.STEPS + 1
    assert panel.words.text() == "100.0 KB of 100.0 KB"


def test_a_window_opens_only_when_it_takes_a_while_and_stops_it(qtbot: QtBot, context: Context, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "PATIENCE_MS", 1)
    waits, done = threading.Event(), list[object]()
    dialog = MovingDialog(context, "plan.pdf", lambda _cancellation, _progress: waits.wait(), done.append)
    qtbot.waitUntil(dialog.isVisible)
    dialog.act.click()
    waits.set()
    settled(qtbot, jobs)
    assert (done, dialog.isVisible()) == ([], False)


def test_a_brief_one_shows_no_window_and_a_failure_is_told(qtbot: QtBot, context: Context, jobs: Jobs) -> None:
    def fail(_cancellation: Cancellation, _progress: Progress) -> None:
        raise Missing(Problem(404, detail="Gone."))

    dialog = MovingDialog(context, "plan.pdf", fail, lambda _: None)
    settled(qtbot, jobs)
    assert not dialog.isVisible()
    assert context.toasts.texts == ["Gone."]
