"""A list on the screen: typing waits, deleting is undone, an empty list says what it is for."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.client.errors import Missing
from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.shell.window import Window
from app.widgets.dialogs import ConfirmDialog
from tests.app.stage import settled


def records(qtbot: QtBot, console: Window) -> ListWidget:
    """Go to the contacts."""
    assert console.workspace is not None
    console.workspace.go("records")
    settled(qtbot, console.jobs)
    view = console.workspace.page("records").view
    assert isinstance(view, ListWidget)
    return view


@pytest.mark.criterion("desktop-6")
def test_what_is_typed_is_searched_once_by_the_server(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    demonstration.api.inside(demonstration.tenant_id).ask(Call("POST", "/contacts", body={"email": "zebra@example.com"}))
    view = records(qtbot, console)
    asked: list[int] = []
    view.listing.model.wanted.connect(lambda page, _: asked.append(page))
    line = view._fields[0][1]
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "zebra@", delay=5)
    qtbot.waitUntil(lambda: [row["email"] for row in view.listing.model.rows()] == ["zebra@example.com"])
    assert asked == [0]
    line.setText("nobody-has-this")
    qtbot.waitUntil(view._void.words.isVisible)
    assert view._void.words.text() == "Nothing matches these filters."


@pytest.mark.criterion("desktop-13")
def test_a_deleted_record_is_brought_back_by_undo(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    made = api.ask(Call("POST", "/contacts", body={"first_name": "Undone"}))
    view = records(qtbot, console)
    view.act(next(action for action in view.spec.actions if action.key == "delete"), made)
    settled(qtbot, console.jobs)
    assert console.workspace is not None
    console.workspace.findChildren(ConfirmDialog)[-1].act.click()
    settled(qtbot, console.jobs)
    with pytest.raises(Missing):
        api.get(f"/contacts/{made['id']}")
    toast = console.workspace.toasts._shown[-1]
    toast.buttons[0].click()
    settled(qtbot, console.jobs)
    assert api.get(f"/contacts/{made['id']}")["first_name"] == "Undone"
