"""Acting on all that match, on a real appliance: counted beyond the page, done, and reported."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.pages.specs import Filter
from app.shell.window import Window
from tests.app.stage import settled


@pytest.mark.criterion("desktop-14")
def test_everything_that_a_filter_finds_is_deleted_and_nothing_else(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    batch = [{"method": "POST", "path": "/api/v1/contacts", "body": {"email": f"bulk-{place}@example.com"}} for place in range(205)]
    api.ask(Call("POST", "/batch", body={"atomic": True, "operations": batch}))
    assert console.workspace is not None
    console.workspace.go("records")
    view = console.workspace.page("records").view
    assert isinstance(view, ListWidget)
    settled(qtbot, console.jobs)
    view.listing.filter([(Filter("filter[email][ilike]", "Search", pattern="%{}%"), "bulk-")])
    settled(qtbot, console.jobs)
    assert view._bulk is not None
    dialog = view._bulk.start(next(action for action in view.spec.actions if action.key == "delete"))
    settled(qtbot, console.jobs)
    assert "205" in dialog.words.text()
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert dialog.words.text() == "205 done, 0 refused, 0 left."
    dialog.reject()
    assert api.page("/contacts", {"filter[email][ilike]": "bulk-%"}).rows == []
    assert api.page("/contacts", limit=1).rows != []
