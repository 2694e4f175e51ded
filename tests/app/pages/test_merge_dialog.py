"""Duplicates on a real appliance: compared side by side, merged by what a person chose, and taken back from the message."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pytestqt.qtbot import QtBot

from app.client.api import Api, Call, Row
from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.pages.merge_dialog import LONGEST, MergeDialog, choice_words
from app.shell.window import Window
from tests.app.stage import settled
from tests.pace import awaited


@pytest.fixture
def api(demonstration: Demonstration) -> Api:
    return demonstration.api.inside(demonstration.tenant_id)


@pytest.fixture
def twins(api: Api) -> list[Row]:
    address = f"{uuid4().hex}@example.com"
    bodies = ({"first_name": "Nora", "phone": "111"}, {"first_name": "Norah", "phone": "222", "title": "Engineer"})
    return [api.ask(Call("POST", "/contacts", body={**body, "email": address})) for body in bodies]


def test_two_records_are_merged_as_chosen_and_taken_apart_again(qtbot: QtBot, console: Window, api: Api, twins: list[Row]) -> None:
    assert console.workspace is not None
    awaited(lambda: api.page("/contacts/duplicates").rows, lambda rows: any(row["records"][0]["id"] == twins[0]["id"] for row in rows))
    console.workspace.look_at("duplicates", 0)
    settled(qtbot, console.jobs)
    view = console.workspace.page("duplicates").view
    assert isinstance(view, ListWidget)
    group = next(row for row in view.listing.model.rows() if row["records"][0]["id"] == twins[0]["id"])
    dialog = view.acting.start(view.spec.actions[0], group, "Nora")
    assert isinstance(dialog, MergeDialog)
    dialog.values["first_name", twins[1]["id"]].click()
    assert dialog.merging.source("phone") == twins[0]["id"]
    dialog.act.click()
    settled(qtbot, console.jobs)
    merged = api.get(f"/contacts/{twins[0]['id']}")
    assert (merged["first_name"], merged["phone"], merged["title"]) == ("Norah", "111", "Engineer")
    assert twins[0]["id"] not in str([row["id"] for row in view.listing.model.rows()])
    next(button for toast in console.workspace.toasts._shown for button in toast.buttons if button.text() == "Undo").click()
    settled(qtbot, console.jobs)
    assert [api.get(f"/contacts/{twin['id']}")["first_name"] for twin in twins] == ["Nora", "Norah"]


def test_a_merge_is_taken_back_from_the_list_of_all(qtbot: QtBot, console: Window, api: Api, twins: list[Row]) -> None:
    assert console.workspace is not None
    api.ask(Call("POST", f"/contacts/{twins[0]['id']}/merge", body={"duplicates": [twins[1]["id"]]}))
    console.workspace.look_at("duplicates", 2)
    settled(qtbot, console.jobs)
    view = console.workspace.page("duplicates").view
    assert isinstance(view, ListWidget)
    row = next(row for row in view.listing.model.rows() if row["record_id"] == twins[0]["id"])
    assert view.spec.actions[0].fits(row)
    view.act(view.spec.actions[0], row)
    settled(qtbot, console.jobs)
    assert api.get(f"/contacts/{twins[1]['id']}")["first_name"] == "Norah"
    assert not view.spec.actions[0].fits(next(one for one in view.listing.model.rows() if one["id"] == row["id"]))


def test_a_record_that_is_none_of_them_is_left_out_and_one_alone_is_not_merged(qtbot: QtBot, console: Window, twins: list[Row]) -> None:
    assert console.workspace is not None
    dialog = MergeDialog("contacts", console.workspace.context, {"records": twins}, lambda: None)
    qtbot.addWidget(dialog)
    dialog.included[twins[1]["id"]].setChecked(False)
    assert not dialog.act.isEnabled()
    assert not dialog.values["phone", twins[1]["id"]].isEnabled()
    dialog.kept.buttons()[1].setChecked(True)
    assert (dialog.merging.survivor, dialog.act.isEnabled()) == (twins[1]["id"], True)


def test_a_long_value_is_cut_and_an_ampersand_is_one() -> None:
    assert choice_words("A & B") == "A && B"
    assert len(choice_words("x" * 100)) == LONGEST
