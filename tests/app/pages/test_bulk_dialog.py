"""One act on several rows: typed on production, taken back in time, stopped with a report, gone on with after silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.client.errors import Conflicting, Problem, Unreachable
from app.jobs.pool import Jobs
from app.models.columns import Column
from app.pages.bulk_dialog import BulkDialog
from app.pages.context import Context
from app.pages.listing import Listing
from app.pages.specs import Action, Danger, ListView
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, settled

ROWS = [{"id": f"dlv_{place}", "name": f"Delivery {place}"} for place in range(3)]
REPLAY = Action("replay", "Send again", "/d/{id}/replay", bulk=True)
END = Action("end", "End", "/d/{id}", "DELETE", bulk=True, danger=Danger("For good."))
Opens = Callable[..., BulkDialog]


@pytest.fixture
def api() -> ScriptedApi:
    return ScriptedApi()


@pytest.fixture
def opens(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi) -> Opens:
    window = QWidget()
    qtbot.addWidget(window)

    def opened(action: Action, grace: int = 10, *, production: bool = False) -> BulkDialog:
        context = Context(api, jobs, look, Toasts(look, window), window, production=production)
        listing = Listing(ListView("Deliveries", "/d", (Column("name", "Name"),)), api, jobs)
        found = BulkDialog(context, listing, action, ROWS, grace)
        found.show()
        return found

    return opened


@pytest.mark.criterion("desktop-14")
def test_each_item_is_reported(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, opens: Opens) -> None:
    api.answers["/d/dlv_1/replay"] = Conflicting(Problem(409, detail="It is under way."))
    dialog = opens(REPLAY)
    dialog.act.click()
    settled(qtbot, jobs)
    assert dialog.words.text() == "2 done, 1 refused, 0 left."
    assert [(line["name"], line["state"], line["reason"]) for line in dialog.lines()] == [
        ("Delivery 1", "refused", "It is under way."),
        ("Delivery 0", "done", ""),
        ("Delivery 2", "done", ""),
    ]


@pytest.mark.criterion("desktop-13")
def test_on_production_the_number_is_typed_before_something_is_taken_away(opens: Opens) -> None:
    dialog = opens(END, production=True)
    assert not dialog.act.isEnabled()
    dialog.line.setText("3")
    assert dialog.act.isEnabled()
    assert opens(REPLAY, production=True).act.isEnabled()


@pytest.mark.criterion("desktop-13")
def test_what_cannot_be_undone_waits_and_is_taken_back(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, opens: Opens) -> None:
    dialog = opens(END)
    dialog.act.click()
    assert dialog.words.text() == "It begins in 10 s."
    dialog.leave.click()
    settled(qtbot, jobs)
    assert api.calls == []


@pytest.mark.criterion("desktop-13")
def test_who_does_not_want_to_wait_begins_now(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, opens: Opens) -> None:
    dialog = opens(END)
    dialog.act.click()
    dialog.act.click()
    settled(qtbot, jobs)
    assert [call.path for call in api.calls] == ["/d/dlv_0", "/d/dlv_1", "/d/dlv_2"]


@pytest.mark.criterion("desktop-14")
def test_who_stops_it_is_told_what_was_done(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, opens: Opens) -> None:
    dialog = opens(REPLAY)

    def stop(_: Call) -> dict[str, Any]:
        assert dialog._stop is not None
        dialog._stop.say()
        return {}

    send = api.send

    def checked(call: Call, cancellation: Any = None) -> Any:
        cancellation.check()
        return send(call, cancellation)

    api.send = checked  # type: ignore[method-assign]
    api.answers["/d/dlv_0/replay"] = stop
    dialog.act.click()
    settled(qtbot, jobs)
    assert dialog.words.text() == "1 done, 0 refused, 2 left."
    assert dialog.isVisible()


@pytest.mark.criterion("desktop-15")
def test_after_silence_it_goes_on_where_it_was_with_the_same_key(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, opens: Opens) -> None:
    api.answers["/d/dlv_1/replay"] = Unreachable("gone")
    dialog = opens(REPLAY)
    dialog.act.click()
    settled(qtbot, jobs)
    assert (dialog.words.text(), dialog.fault.text(), dialog.act.text()) == ("1 done, 0 refused, 2 left.", "gone", "Go on")
    api.answers.clear()
    dialog.act.click()
    settled(qtbot, jobs)
    assert dialog.words.text() == "3 done, 0 refused, 0 left."
    asked = [call.headers["Idempotency-Key"] for call in api.calls if call.path == "/d/dlv_1/replay"]
    assert len(asked) == 2
    assert len(set(asked)) == 1
