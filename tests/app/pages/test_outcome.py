"""What came of an action: its facts, its steps, and a page that is drawn without fetching anything."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.mail_accounts import TESTED
from app.pages.outcome import Drawing, OutcomeDialog
from app.pages.templates import TEMPLATES
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi

WALK = {
    "ok": False,
    "failed_step": "auth",
    "milliseconds": 41,
    "steps": [
        {"step": "dns", "state": "ok", "milliseconds": 3, "detail": None, "remedy": None},
        {"step": "auth", "state": "failed", "milliseconds": 38, "detail": "535 refused", "remedy": "Use an app password."},
    ],
}


def context(qtbot: QtBot, look: Look, jobs: Jobs) -> Context:
    window = QWidget()
    qtbot.addWidget(window)
    return Context(ScriptedApi(), jobs, look, Toasts(look, window), window)


def test_the_test_of_an_account_names_the_step_that_fails_and_what_helps(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    around = context(qtbot, look, jobs)
    dialog = OutcomeDialog(around, "Account tested", TESTED, WALK)
    assert {"No", "auth"} <= {words.text() for words in dialog.findChildren(QLabel)}
    model = dialog.table.model()
    shown = [[model.index(place, column).data() for column in range(model.columnCount())] for place in range(model.rowCount())]
    assert shown[1] == ["auth", "Failed", "38 ms", "535 refused", "Use an app password."]


def test_a_preview_is_drawn_and_has_its_text_beside_it(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    preview = next(action for action in TEMPLATES.actions if action.key == "preview")
    around = context(qtbot, look, jobs)
    assert preview.shows
    dialog = OutcomeDialog(around, "Preview", preview.shows, {"subject": "S", "html": "<h1>Thank you</h1>", "text": "Thank you", "version": 1})
    assert [dialog.tabs.tabText(place) for place in range(dialog.tabs.count())] == ["As it is read", "As text", "HTML"]
    assert dialog.findChildren(Drawing)[0].toPlainText() == "Thank you"


def test_what_a_page_refers_to_is_never_read(qtbot: QtBot, tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("h1 {}", encoding="utf-8")
    drawing = Drawing("<h1>x</h1>", "Preview")
    qtbot.addWidget(drawing)
    kind = QTextDocument.ResourceType.StyleSheetResource.value
    assert drawing.loadResource(kind, QUrl.fromLocalFile(str(secret))) is None
