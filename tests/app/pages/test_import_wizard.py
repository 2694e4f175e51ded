"""The import wizard against a real appliance: suggestions, a dry run that writes nothing, and the run itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.main.demonstration import Demonstration
from app.pages.import_wizard import CHOOSING, MAPPING, RULING, RUNNING, TRYING, ImportWizard
from app.shell.window import Window
from tests.app.stage import settled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "people.csv"
    found.write_text("E-Mail,Vorname,Note\nwizard-1@example.com,Ada,x\nwizard-2@example.com,Eve,y\nnot an address,Bob,z\n", encoding="utf-8")
    return found


@pytest.fixture
def wizard(qtbot: QtBot, console: Window, file: Path) -> ImportWizard:
    assert console.workspace is not None
    console.workspace.go("records")
    settled(qtbot, console.jobs)
    found = ImportWizard(console.workspace.context, {"path": "/contacts"}, lambda: None)
    found.open()
    found.file.fill({"file": str(file)})
    return found


def forward(qtbot: QtBot, console: Window, wizard: ImportWizard) -> None:
    wizard.act.click()
    settled(qtbot, console.jobs)


def test_columns_are_suggested_a_dry_run_writes_nothing_and_the_run_reports(
    qtbot: QtBot, console: Window, demonstration: Demonstration, wizard: ImportWizard
) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    forward(qtbot, console, wizard)
    assert wizard.fault.text() == ""
    assert (wizard.step, wizard.importing.mapping) == (MAPPING, {"E-Mail": "email", "Vorname": "first_name"})
    wizard.mapping.fill({"2": "title"})
    forward(qtbot, console, wizard)
    assert wizard.step == RULING
    wizard.rules.fill({"match": "email"})
    with qtbot.waitSignal(wizard.trial.ended, timeout=20_000):
        wizard.act.click()
    assert wizard.step == TRYING
    assert (wizard.trial.job["counts"]["created"], wizard.trial.job["counts"]["refused"]) == (2, 1)
    assert "Keep the refused rows" in [button.text() for button in wizard.trial.findChildren(QPushButton)]
    assert api.page("/contacts", {"filter[email][ilike]": "wizard-%"}).rows == []
    with qtbot.waitSignal(wizard.run.ended, timeout=20_000):
        wizard.act.click()
    assert (wizard.step, wizard.back.isVisible(), wizard.leave.isVisible()) == (RUNNING, False, False)
    found = api.page("/contacts", {"filter[email][ilike]": "wizard-%"}).rows
    assert sorted((row["first_name"], row["title"]) for row in found) == [("Ada", "x"), ("Eve", "y")]
    wizard.act.click()
    assert not wizard.isVisible()


def test_a_file_that_is_no_table_is_said_at_its_step(qtbot: QtBot, console: Window, wizard: ImportWizard, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    wizard.file.fill({"file": str(broken)})
    forward(qtbot, console, wizard)
    assert wizard.step == CHOOSING
    assert wizard.fault.text()
    assert wizard.act.isEnabled()


def test_columns_that_cannot_be_read_like_that_are_not_left(qtbot: QtBot, console: Window, wizard: ImportWizard) -> None:
    forward(qtbot, console, wizard)
    wizard.mapping.editor("0").show(None)
    wizard.mapping.editor("1").show(None)
    forward(qtbot, console, wizard)
    assert wizard.step == MAPPING
    assert "mapping" in wizard.fault.text().lower() or "column" in wizard.fault.text().lower()
    wizard.back.click()
    assert wizard.step == CHOOSING
    wizard.reject()
