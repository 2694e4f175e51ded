"""The export wizard against a real appliance: the fields that were chosen are in the file that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.main.demonstration import Demonstration
from app.pages.export_wizard import ExportWizard
from app.shell.window import Window
from tests.app.stage import settled


def test_what_a_list_is_filtered_by_is_exported_with_the_chosen_fields_and_kept(
    qtbot: QtBot, console: Window, demonstration: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demonstration.api.inside(demonstration.tenant_id).ask(Call("POST", "/contacts", body={"email": "exported@example.com"}))
    assert console.workspace is not None
    row = {"path": "/contacts", "query": {"filter[email][eq]": "exported@example.com"}}
    wizard = ExportWizard(console.workspace.context, row, lambda: None)
    wizard.open()
    wizard.act.click()
    settled(qtbot, console.jobs)
    wizard.fields.fill({"fields": ["email", "lifecycle"]})
    with qtbot.waitSignal(wizard.run.ended, timeout=20_000):
        wizard.act.click()
    target = tmp_path / "kept.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    next(button for button in wizard.run.findChildren(QPushButton) if button.text() == "Keep the file").click()
    qtbot.waitUntil(target.exists)
    assert target.read_text(encoding="utf-8-sig").splitlines() == ["email,lifecycle", "exported@example.com,"]
    wizard.accept()
