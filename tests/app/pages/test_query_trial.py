"""A saved query tried out: its parameters are asked for, its answer is a table, a fault stands at its parameter."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.main.demonstration import Demonstration
from app.pages.query_trial import QueryTrial, columns_of
from app.shell.window import Window
from app.widgets.table import Table
from tests.app.stage import settled

STAGE = {"name": "stage", "required": True}
LEAST = {"name": "least", "type": "number", "default": "0"}


def test_the_answer_is_a_table_and_a_lacking_parameter_is_said(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    api = demonstration.api.inside(demonstration.tenant_id)
    asks = {"stage": {"eq": "{stage}"}, "value": {"gte": "{least}"}}
    body = {"name": "tried", "resource": "deals", "filter": asks, "parameters": [STAGE, LEAST]}
    dialog = QueryTrial(console.workspace.context, api.ask(Call("POST", "/custom-endpoints", body=body)), lambda: None)
    qtbot.addWidget(dialog)
    dialog.act.click()
    assert dialog.form._faults["stage"].text() == "This is needed."
    dialog.form.fill({"stage": "proposal"})
    dialog.act.click()
    settled(qtbot, console.jobs)
    (table,) = dialog.findChildren(Table)
    assert table.model().rowCount() > 0
    assert "match" in dialog.state.text()


def test_what_is_empty_everywhere_has_no_column_and_ids_come_last() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "deal_1", "name": "A", "value": {"amount": "1", "currency": "EUR"}, "won": False, "note": None, "custom": {"size": "S"}},
        {"id": "deal_2", "name": "B", "value": None, "won": True, "note": "", "custom": {}},
    ]
    found = [(column.key, column.kind) for column in columns_of(rows)]
    assert found == [("name", "text"), ("value", "money"), ("won", "switch"), ("custom.size", "text"), ("id", "code")]
    assert [column.key for column in columns_of([])] == ["id"]
