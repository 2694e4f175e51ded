"""The live stream on the screen: an event appears, a pattern hides others, pausing holds them."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.main.demonstration import Demonstration
from app.pages.events import LiveEvents
from app.shell.window import Window


def test_what_happens_appears_by_itself(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    console.workspace.go("events")
    view = console.workspace.page("events").view
    assert isinstance(view, LiveEvents)
    qtbot.waitUntil(lambda: view.state.text() == "live")
    api = demonstration.api.inside(demonstration.tenant_id)
    made = api.ask(Call("POST", "/contacts", body={"first_name": "Live"}))["id"]
    qtbot.waitUntil(lambda: made in [row["data"]["id"] for row in view.model.rows()])
    view.pattern.setText("deal.")
    assert view.model.rowCount() == 0
    view.pattern.clear()
    view.pause.setChecked(True)
    api.ask(Call("POST", "/contacts", body={"first_name": "Held"}))
    qtbot.waitUntil(lambda: view.following.held > 0)
    shown = view.model.rowCount()
    view.pause.setChecked(False)
    qtbot.waitUntil(lambda: view.model.rowCount() > shown)
    view.leave()
