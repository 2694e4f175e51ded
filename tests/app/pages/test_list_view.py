"""A list on the screen: typing waits, deleting is undone, an empty list says what it is for."""

from __future__ import annotations

from uuid import uuid4

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.client.errors import Missing
from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.pages.listing import title_of
from app.pages.records import CONTACTS, PAGE
from app.shell.window import Window
from app.system.arrangements import Condition
from app.widgets.dialogs import ConfirmDialog, FormDialog
from tests.app.stage import settled
from tests.pace import SOON, awaited


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
    api = demonstration.api.inside(demonstration.tenant_id)
    api.ask(Call("POST", "/contacts", body={"email": "zebra@example.com"}))
    # What was written is found about a second later.
    awaited(lambda: api.page("/contacts", {"filter[search]": "zebra"}).rows, bool, SOON)
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


def test_a_day_filters_once_it_is_typed_whole(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    console.workspace.go("email")
    settled(qtbot, console.jobs)
    view = console.workspace.page("email").view
    assert isinstance(view, ListWidget)
    (line,) = [field for wanted, field in view._fields if wanted.query == "since"]
    assert isinstance(line, QLineEdit)
    for entry, asked in (("2026-11-2", None), ("2026-11-20", "2026-11-20T00:00:00Z")):
        line.setText(entry)
        view._filter()
        assert view.listing.query.get("since") == asked
    settled(qtbot, console.jobs)
    assert console.workspace.toasts.texts == []


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


def test_a_list_says_that_deleted_records_are_hidden_until_they_are_asked_for(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    console.workspace.go("records")
    settled(qtbot, console.jobs)
    choices = {box.accessibleName(): box.itemText(0) for box in console.workspace.page("records").view.findChildren(QComboBox)}
    assert (choices["Deleted"], choices["Lifecycle"]) == ("Deleted: hidden", "Lifecycle: all")


def test_what_is_open_beside_the_list_shows_what_an_act_has_changed_at_the_tab_that_was_looked_at(
    qtbot: QtBot, console: Window, demonstration: Demonstration
) -> None:
    made = demonstration.api.inside(demonstration.tenant_id).ask(Call("POST", "/contacts", body={"first_name": "Before"}))
    view = records(qtbot, console)
    view.details.show(made)
    view.drawer.tabs.setCurrentIndex(1)
    dialog = view.acting.start(next(action for action in view.spec.actions if action.key == "edit"), made)
    assert isinstance(dialog, FormDialog)
    dialog.form.fill({"first_name": "After"})
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert view.drawer.title.text() == "After"
    assert view.drawer.tabs.currentIndex() == 1


def test_what_is_gone_is_open_no_longer(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    made = api.ask(Call("POST", "/contacts", body={"first_name": "Gone"}))
    view = records(qtbot, console)
    view.details.show(made)
    assert view.drawer.isVisible()
    api.ask(Call("DELETE", f"/contacts/{made['id']}"))
    view.reload()
    qtbot.waitUntil(lambda: not view.drawer.isVisible())


@pytest.mark.criterion("desktop-14")
def test_several_rows_that_were_selected_are_acted_on_and_brought_back(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    made = [api.ask(Call("POST", "/contacts", body={"first_name": f"Selected {place}"}))["id"] for place in range(3)]
    view = records(qtbot, console)
    places = [place for place, row in enumerate(view.listing.model.rows()) if row["id"] in made[:2]]
    selection = view.table.selectionModel()
    for place in places:
        selection.select(view.listing.model.index(place, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows)
    assert view._bulk is not None
    assert view._bulk.button.text() == "2 selected…"
    dialog = view._bulk.start(next(action for action in view.spec.actions if action.key == "delete"))
    assert dialog.words.text() == "2 things match."
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert sorted(line["id"] for line in dialog.lines() if line["state"] == "done") == sorted(made[:2])
    with pytest.raises(Missing):
        api.get(f"/contacts/{made[0]}")
    assert api.get(f"/contacts/{made[2]}")["id"] == made[2]
    dialog.undo.click()
    settled(qtbot, console.jobs)
    assert api.get(f"/contacts/{made[0]}")["id"] == made[0]
    dialog.reject()


def test_a_list_that_is_read_again_shows_what_was_selected_where_one_was(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    for place in range(40):
        api.ask(Call("POST", "/products", body={"name": f"Kept {place}"}))
    assert console.workspace is not None
    console.workspace.look_at("records", 4)
    settled(qtbot, console.jobs)
    view = console.workspace.page("records").view
    assert isinstance(view, ListWidget)
    assert view.spec.path == "/products"
    chosen = view.listing.model.row_at(12)
    view.table.choose([12])
    view.table.verticalScrollBar().setValue(200)
    view.reload()
    settled(qtbot, console.jobs)
    assert view.chosen() == [chosen]
    assert view.table.verticalScrollBar().value() == 200
    view.table.verticalScrollBar().setValue(0)
    api.ask(Call("POST", "/products", body={"name": "Newer"}))
    view._tick()
    settled(qtbot, console.jobs)
    assert (view.listing.model.rows()[0]["name"], [row["id"] for row in view.chosen()]) == ("Newer", [chosen and chosen["id"]])


def test_users_are_found_by_name_and_by_tenant(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    console.workspace.go("users")
    settled(qtbot, console.jobs)
    view = console.workspace.page("users").view
    assert isinstance(view, ListWidget)
    search, tenant = (field for _, field in view._fields)
    assert isinstance(search, QLineEdit)
    assert isinstance(tenant, QComboBox)
    search.setText("ALICE")
    qtbot.waitUntil(lambda: [row["email"] for row in view.listing.model.rows()] == ["alice@example.com"])
    assert view.table.model().index(0, 6).data() == "Demo"
    search.clear()
    tenant.setCurrentIndex(tenant.findData(demonstration.tenant_id))
    qtbot.waitUntil(lambda: {row["tenant_id"] for row in view.listing.model.rows()} == {demonstration.tenant_id})


def declare(demonstration: Demonstration) -> None:
    """Declare a field of contacts, once, and make a contact with a value in it."""
    api = demonstration.api.inside(demonstration.tenant_id)
    if "badge" not in [row["name"] for row in api.page("/fields/contacts").rows]:
        api.ask(Call("POST", "/fields/contacts", body={"name": "badge", "type": "text", "label": "Badge"}))
    api.ask(Call("POST", "/contacts", body={"email": f"{uuid4().hex}@example.com", "custom": {"badge": "Gold 7"}, "address": {"city": "Graz"}}))


def test_a_custom_field_is_shown_filtered_and_edited_like_any_other(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    declare(demonstration)
    view = records(qtbot, console)
    place = [column.key for column in view.listing.model.columns].index("custom.badge")
    assert view.listing.model.index(0, place).data() == "Gold 7"
    assert view._own is not None
    for name, value in (("Badge", "gold"), ("City", "graz")):
        view._own.add.click()
        view._own.editor.field.setCurrentText(name)
        view._own.editor.line.setText(value)
        view._own.editor.apply.click()
    assert view.listing.query == {"filter[and][0][custom.badge][ilike]": "%gold%", "filter[and][1][address.city][ilike]": "%graz%"}
    settled(qtbot, console.jobs)
    found = view.listing.model.rows()
    assert {row["custom"]["badge"] for row in found} == {"Gold 7"}
    edit = next(action for action in view.spec.actions if action.key == "edit")
    dialog = view.acting.start(edit, found[0], "it")
    assert isinstance(dialog, FormDialog)
    for key in ("custom.badge", "address.city"):
        field = dialog.form.editor(key).widget
        assert isinstance(field, QLineEdit)
        field.clear()
    dialog.act.click()
    settled(qtbot, console.jobs)
    changed = demonstration.api.inside(demonstration.tenant_id).get(f"/contacts/{found[0]['id']}")
    assert (changed["custom"], (changed["address"] or {}).get("city")) == ({}, None)


def test_conditions_are_found_again_the_next_time_and_cleared_with_the_others(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    view = records(qtbot, console)
    view.context.arrangements.put_conditions(view._name, (Condition("email", "contains", "nobody-has-this"),), either=False)
    again = ListWidget(CONTACTS, view.context)
    qtbot.addWidget(again)
    again.enter()
    settled(qtbot, console.jobs)
    assert again.listing.query == {"filter[and][0][email][ilike]": "%nobody-has-this%"}
    assert again._void.words.text() == "Nothing matches these filters."
    again._unfiltered.click()
    settled(qtbot, console.jobs)
    assert again.listing.model.rowCount() > 0
    assert view.context.arrangements.find(view._name).conditions == ()


def test_records_of_a_kind_that_the_tenant_made_up_are_listed_and_made(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    console.workspace.look_at("records", len(PAGE.views) - 1)
    settled(qtbot, console.jobs)
    view = console.workspace.page("records").view
    assert isinstance(view, ListWidget)
    assert {column.key for column in view.listing.model.columns[:3]} == {"plate", "seats", "inspected_on"}
    view.make()
    dialog = console.findChildren(FormDialog)[-1]
    dialog.act.click()
    assert dialog.form._faults["plate"].text() == "This is needed."
    dialog.form.fill({"plate": "W JC 7", "inspected_on": "tomorrow"})
    dialog.act.click()
    assert "2026-11-20" in dialog.form._faults["inspected_on"].text()
    dialog.form.fill({"inspected_on": "2026-11-02"})
    dialog.act.click()
    settled(qtbot, console.jobs)
    row = view.listing.model.rows()[0]
    assert (row["plate"], row["inspected_on"], title_of(view.spec, row)) == ("W JC 7", "2026-11-02", "W JC 7")
    demonstration.api.inside(demonstration.tenant_id).ask(Call("DELETE", f"/objects/vehicle/{row['id']}"))


def test_a_tenant_without_kinds_of_its_own_is_told_where_they_are_made(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    console.workspace.bar.tenants.setCurrentIndex(console.workspace.bar.tenants.findText("Northwind Traders"))
    settled(qtbot, console.jobs)
    console.workspace.look_at("records", len(PAGE.views) - 1)
    settled(qtbot, console.jobs)
    view = console.workspace.page("records").view
    assert isinstance(view, ListWidget)
    assert view._void.isVisible()
    assert "Data model" in view._void.words.text()
    view.make()
    assert any("Data model" in text for text in console.workspace.toasts.texts)
