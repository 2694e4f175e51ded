"""A text is saved where a person says, and nowhere when nobody says anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.keeping import keeping
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi


@pytest.fixture
def context(qtbot: QtBot, look: Look, jobs: Jobs) -> Context:
    window = QWidget()
    qtbot.addWidget(window)
    return Context(ScriptedApi(), jobs, look, Toasts(look, window), window)


def test_a_text_is_saved_where_a_person_says(qtbot: QtBot, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "kept.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    keeping(context)("Body", "Grüße")
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: target.read_text(encoding="utf-8") == "Grüße")


def test_a_text_is_saved_nowhere_when_the_question_is_closed(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(context.jobs, "run", lambda *_: asked.append("run"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    keeping(context)("Body", "text")
    assert asked == []
