"""A key for a saved query on a real appliance: it may do what the query needs, and nothing else."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.client.transport import Transport
from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.shell.window import Window
from app.widgets.dialogs import FormDialog, SecretDialog
from tests.app.stage import settled


def test_a_key_that_is_made_for_a_query_calls_it_and_writes_nothing(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    console.workspace.look_at("model", 2)
    settled(qtbot, console.jobs)
    view = console.workspace.page("model").view
    assert isinstance(view, ListWidget)
    row = next(row for row in view.listing.model.rows() if row["name"] == "deals-by-stage")
    view.act(next(action for action in view.spec.actions if action.key == "key"), row)
    settled(qtbot, console.jobs)
    dialog = console.findChildren(FormDialog)[-1]
    assert dialog.form.document() == {"name": "deals-by-stage", "scopes": ["deals:read"]}
    dialog.act.click()
    settled(qtbot, console.jobs)
    secret = console.findChildren(SecretDialog)[-1]
    outside = Transport(demonstration.url, None, secret.line.text())
    secret.stored.setChecked(True)
    secret.act.click()
    answer = outside.session().get(f"{demonstration.url}{row['url']}?stage=proposal", headers=outside.headers())
    assert {one["stage"] for one in answer.json()["data"]} == {"proposal"}
    refused = outside.session().post(f"{demonstration.url}/api/v1/deals", json={"name": "x"}, headers=outside.headers())
    assert refused.status_code == 403
