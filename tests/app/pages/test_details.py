"""The drawer of a real delivery: its facts, its attempts, and the request of one of them in the inspector."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.jobs.pool import Jobs
from app.main.demonstration import Demonstration
from app.models.columns import Column
from app.pages.context import Context
from app.pages.details import Details, texts_of
from app.pages.list_view import ListWidget
from app.pages.records import PARTICIPANTS
from app.pages.specs import ListView
from app.shell.window import Window
from app.theme.look import Look
from app.widgets.drawer import Drawer
from app.widgets.inspector import Inspector
from app.widgets.table import Table
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, listed, settled


def test_an_attempt_is_inspected_with_its_request(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    api = demonstration.api.inside(demonstration.tenant_id)
    made = {"name": "Inspected", "url": f"{demonstration.url}/healthz", "events": ["deal.created"]}
    webhook = api.ask(Call("POST", "/webhooks", body=made))["id"]
    api.ask(Call("POST", f"/webhooks/{webhook}/test", body={}))
    deliveries = f"/webhooks/{webhook}/deliveries"
    qtbot.waitUntil(lambda: any(row["attempts"] for row in api.page(deliveries).rows))
    console.workspace.look_at("webhooks", 1)
    settled(qtbot, console.jobs)
    view = console.workspace.page("webhooks").view
    assert isinstance(view, ListWidget)
    view.details.show(next(row for row in api.page(deliveries).rows if row["attempts"]))
    settled(qtbot, console.jobs)
    attempts = view.details._lists[0].model
    assert attempts.rowCount() >= 1
    view.details._inspect(attempts.row_at(0))
    inspector = console.workspace.findChildren(Inspector)[-1]
    assert "Request" in [inspector.tabs.tabText(place) for place in range(inspector.tabs.count())]


def test_a_request_is_read_as_its_headers_and_its_body() -> None:
    row = {"request": {"headers": {"webhook-id": "evt_1"}, "body": "{}"}, "response": None, "curl": "curl x"}
    assert texts_of(row) == {"Request": "webhook-id: evt_1\n\n{}", "As a command": "curl x"}


def test_what_a_row_holds_is_read_by_its_names_once_they_are_known(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    window, drawer = QWidget(), Drawer(look)
    for widget in (window, drawer):
        qtbot.addWidget(widget)
    api = ScriptedApi({"/contacts": listed({"id": "con_1", "first_name": "Ada", "last_name": "Berg"})})
    spec = ListView("Activities", "/activities", (Column("subject", "Subject"),), "subject", tabs=(PARTICIPANTS,))
    details = Details(spec, Context(api, jobs, look, Toasts(look, window), window), drawer, lambda *_: None)
    details.show({"id": "act_1", "subject": "Kick-off", "participants": [{"contact_id": "con_1", "role": "organizer"}]})
    table = drawer.findChild(Table)
    assert table is not None
    assert table.model().index(0, 0).data() == "con_1"
    settled(qtbot, jobs)
    assert [table.model().index(0, place).data() for place in (0, 3)] == ["Ada Berg", "organizer"]
