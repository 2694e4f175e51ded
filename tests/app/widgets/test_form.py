"""Forms: a nested document out of what was entered, and faults where they belong."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.widgets.fields import Field
from app.widgets.form import Form

FIELDS = (Field("name", "Name", required=True), Field("value.amount", "Value"), Field("test", "Sandbox", "switch"), Field("tier", "Tier", "choice"))


def made(qtbot: QtBot, values: dict[str, object] | None = None) -> Form:
    form = Form(FIELDS, values)
    qtbot.addWidget(form)
    form.show()
    return form


def test_dots_in_keys_nest_and_empty_fields_are_left_out(qtbot: QtBot) -> None:
    form = made(qtbot, {"name": "Deal", "value": {"amount": "12.00"}})
    assert form.document() == {"name": "Deal", "value": {"amount": "12.00"}, "test": False}


def test_what_is_needed_is_said_below_its_field(qtbot: QtBot) -> None:
    form = made(qtbot)
    assert form.document() is None
    assert form._faults["name"].text() == "This is needed."
    assert form._faults["name"].isVisible()
    assert not form._faults["tier"].isVisible()


def test_faults_of_the_server_go_to_their_fields_and_the_others_are_returned(qtbot: QtBot) -> None:
    form = made(qtbot)
    assert form.blame({"value.amount.0": "Too much.", "elsewhere": "No."}) == ["No."]
    assert form._faults["value.amount"].text() == "Too much."


def test_late_choices_keep_what_was_chosen(qtbot: QtBot) -> None:
    form = made(qtbot, {"name": "x"})
    form.offer("tier", [("gold", "Gold"), ("standard", "Standard")], "standard")
    assert (form.document() or {})["tier"] == "standard"


def test_every_editor_is_named_by_its_label(qtbot: QtBot) -> None:
    form = made(qtbot)
    names = [line.accessibleName() for line in form.findChildren(QLineEdit) if line.isVisible()]
    assert names == ["Name", "Value"]
