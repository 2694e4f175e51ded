"""Custom fields on a real appliance: added with what is wrong said at its field, changed, and taken back after the records were counted."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.client.api import Api, Call
from app.main.demonstration import Demonstration
from app.pages.custom_fields import changeable
from app.pages.list_view import ListWidget
from app.shell.window import Window
from app.widgets.dialogs import ConfirmDialog, FormDialog
from tests.app.stage import settled


@pytest.fixture
def api(demonstration: Demonstration) -> Api:
    return demonstration.api.inside(demonstration.tenant_id)


def fields_of(qtbot: QtBot, console: Window, resource: str) -> ListWidget:
    assert console.workspace is not None
    console.workspace.look_at("model", 0)
    settled(qtbot, console.jobs)
    view = console.workspace.page("model").view
    assert isinstance(view, ListWidget)
    assert view._owner is not None
    view._owner.widget.setCurrentIndex(view._owner.widget.findData(resource))
    settled(qtbot, console.jobs)
    return view


def test_a_field_is_added_changed_and_taken_back_with_its_values(qtbot: QtBot, console: Window, api: Api) -> None:
    view = fields_of(qtbot, console, "companies")
    view.make()
    dialog = console.findChildren(FormDialog)[-1]
    kind = dialog.form.editor("type").widget
    assert isinstance(kind, QComboBox)
    dialog.form.fill({"name": "Size Class", "type": "choice", "options": ["small", "large"]})
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert dialog.form._faults["name"].isVisible()
    dialog.form.fill({"name": "size_class"})
    dialog.act.click()
    settled(qtbot, console.jobs)
    (row,) = view.listing.model.rows()
    assert (row["name"], row["options"]) == ("size_class", ["small", "large"])
    made = api.ask(Call("POST", "/companies", body={"name": "Sized", "custom": {"size_class": "large"}}))
    acts = {action.key: action for action in view.spec.actions}
    view.act(acts["edit"], row)
    settled(qtbot, console.jobs)
    change = console.findChildren(FormDialog)[-1]
    options = change.form.editor("options").widget
    assert isinstance(options, QPlainTextEdit)
    options.setPlainText("small")
    change.act.click()
    settled(qtbot, console.jobs)
    assert "1 records" in change.fault.text() + change.form._faults["options"].text()
    change.reject()
    view.act(acts["remove"], row)
    settled(qtbot, console.jobs)
    confirm = console.findChildren(ConfirmDialog)[-1]
    assert "records with a value: 1" in confirm.radius.text()
    confirm.accept()
    view.acting.flush()
    settled(qtbot, console.jobs)
    assert view._void.isVisible()
    assert api.get(f"/companies/{made['id']}")["custom"] == {}


def test_a_field_of_an_object_type_is_counted_by_its_own_name(qtbot: QtBot, console: Window, api: Api) -> None:
    view = fields_of(qtbot, console, "objects/vehicle")
    row = next(row for row in view.listing.model.rows() if row["name"] == "plate")
    view.act(next(action for action in view.spec.actions if action.key == "remove"), row)
    settled(qtbot, console.jobs)
    confirm = console.findChildren(ConfirmDialog)[-1]
    assert f"records with a value: {len(api.page('/objects/vehicle').rows)}" in confirm.radius.text()
    confirm.reject()


def test_only_a_choice_is_asked_for_its_options() -> None:
    assert [field.key for field in changeable({"options": None}, {})] == ["label", "required"]
    assert [field.key for field in changeable({"options": ["a"]}, {})] == ["label", "options", "required"]


def test_an_encrypted_field_is_counted_before_it_goes(qtbot: QtBot, console: Window, api: Api) -> None:
    view = fields_of(qtbot, console, "contacts")
    row = next(row for row in view.listing.model.rows() if row["type"] == "encrypted")
    view.act(next(action for action in view.spec.actions if action.key == "remove"), row)
    settled(qtbot, console.jobs)
    confirm = console.findChildren(ConfirmDialog)[-1]
    assert confirm.act.isEnabled(), confirm.fault.text()
    confirm.reject()
