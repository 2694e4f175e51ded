"""Inbound sources on a real appliance: what came is read with its headers and its body, and a source is paused and goes on."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.main.demonstration import Demonstration
from app.pages.inbound import MESSAGES, SOURCES
from app.pages.list_view import ListWidget
from app.pages.table import PAGES
from app.shell.window import Window
from tests.app.stage import settled

VIEWS = next(page.views for page in PAGES if page.key == "webhooks")


@pytest.fixture
def source(demonstration: Demonstration) -> str:
    """Return a source with one message, put in by hand."""
    api = demonstration.api.inside(demonstration.tenant_id)
    made = api.ask(Call("POST", "/inbound/sources", body={"name": "Till", "provider": "token", "secret": "an-example-only-0123456789"}))
    body = {"body": '{"type": "sale", "amount": 12}', "content_type": "application/json"}
    api.ask(Call("POST", f"/inbound/sources/{made['id']}/messages", body=body))
    return str(made["id"])


def shown(qtbot: QtBot, console: Window, place: int) -> ListWidget:
    assert console.workspace is not None
    console.workspace.look_at("webhooks", place)
    settled(qtbot, console.jobs)
    view = console.workspace.page("webhooks").view
    assert isinstance(view, ListWidget)
    return view


def test_what_came_is_read_with_its_body(qtbot: QtBot, console: Window, source: str) -> None:
    view = shown(qtbot, console, VIEWS.index(MESSAGES))
    assert view._owner is not None
    view._owner.widget.setCurrentIndex(view._owner.widget.findData(source))
    settled(qtbot, console.jobs)
    view.details.show(view.listing.model.rows()[0])
    settled(qtbot, console.jobs)
    assert any('"amount": 12' in found.text() for found in view.drawer.findChildren(QLabel))


def test_a_source_is_paused_and_goes_on(qtbot: QtBot, console: Window, demonstration: Demonstration, source: str) -> None:
    view = shown(qtbot, console, VIEWS.index(SOURCES))
    api = demonstration.api.inside(demonstration.tenant_id)
    row = next(row for row in view.listing.model.rows() if row["id"] == source)
    acts = {action.key: action for action in SOURCES.actions}
    assert acts["pause"].fits(row)
    dialog = view.acting.start(acts["pause"], row, "Till")
    settled(qtbot, console.jobs)
    assert dialog is not None
    dialog.accept()
    view.acting.flush()
    settled(qtbot, console.jobs)
    paused = api.get(f"/inbound/sources/{source}")
    assert (paused["active"], acts["resume"].fits(paused)) == (False, True)
    view.acting.start(acts["resume"], paused, "Till")
    settled(qtbot, console.jobs)
    assert api.get(f"/inbound/sources/{source}")["active"] is True
