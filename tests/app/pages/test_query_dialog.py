"""The editor of saved queries on a real appliance: what it refuses stands at the condition, what it takes is answered at its address."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.client.api import Api
from app.main.demonstration import Demonstration
from app.pages.query_dialog import QueryDialog
from app.shell.window import Window
from app.widgets.rows import RowsEditor
from tests.app.stage import settled


@pytest.fixture
def api(demonstration: Demonstration) -> Api:
    return demonstration.api.inside(demonstration.tenant_id)


def opened(qtbot: QtBot, console: Window, row: dict[str, object]) -> QueryDialog:
    assert console.workspace is not None
    dialog = QueryDialog(console.workspace.context, row, lambda: None)
    qtbot.addWidget(dialog)
    dialog.open()
    settled(qtbot, console.jobs)
    return dialog


def test_a_query_is_mended_where_it_was_refused_and_then_answers(qtbot: QtBot, console: Window, api: Api) -> None:
    dialog = opened(qtbot, console, {})
    dialog.form.fill({"name": "won-deals", "resource": "deals"})
    conditions = dialog.form.editor("conditions")
    assert isinstance(conditions, RowsEditor)
    settled(qtbot, console.jobs)
    row = conditions.grow({"field": "stagge", "value": "{stage}"})
    line = row.editor("field").widget
    assert isinstance(line, QLineEdit)
    completer = line.completer()
    assert "stage" in [completer.model().index(place, 0).data() for place in range(completer.model().rowCount())]
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert "stagge" in row.fault("field")
    line.setText("stage")
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert dialog.result() == QueryDialog.DialogCode.Accepted
    kept = api.get("/custom-endpoints/won-deals")
    assert [one["name"] for one in kept["parameters"]] == ["stage"]
    rows = api.page("/custom/won-deals", {"stage": "proposal"}).rows
    assert {one["stage"] for one in rows} == {"proposal"}
    again = opened(qtbot, console, kept)
    again.form.fill({"sort": "-value, name"})
    again.act.click()
    settled(qtbot, console.jobs)
    assert api.get("/custom-endpoints/won-deals")["sort"] == "-value,name"


def test_a_condition_that_lacks_something_says_so_itself_and_nothing_is_sent(qtbot: QtBot, console: Window) -> None:
    dialog = opened(qtbot, console, {})
    dialog.form.fill({"name": "nothing"})
    conditions = dialog.form.editor("conditions")
    assert isinstance(conditions, RowsEditor)
    row = conditions.grow({"field": "email"})
    dialog.act.click()
    assert row.fault("value") == "This is needed."
    assert console.jobs.busy == 0
