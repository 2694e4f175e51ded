"""Forms: a nested document out of what was entered, and faults where they belong."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from app.widgets.dialogs import FormDialog
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


PARTS = (
    Field("name", "Name", required=True),
    Field("rate.requests", "Requests", "number", part="Pace"),
    Field("rate.period", "Per", "choice", required=True, part="Pace", choices=("second", "hour"), only=("rate.requests", ())),
    Field("auth.type", "Authentication", "choice", part="Access", choices=("basic", "bearer")),
    Field("auth.username", "User name", required=True, part="Access", only=("auth.type", ("basic",))),
    Field("auth.token", "Token", required=True, part="Access", only=("auth.type", ("bearer",))),
)


def of_parts(qtbot: QtBot, values: dict[str, object] | None = None) -> Form:
    form = Form(PARTS, values)
    qtbot.addWidget(form)
    form.show()
    return form


def test_what_another_field_makes_needless_is_neither_asked_for_nor_sent(qtbot: QtBot) -> None:
    form = of_parts(qtbot, {"name": "x"})
    assert form.document() == {"name": "x"}
    form.editor("auth.type").show("basic")
    assert form.document() is None
    assert form._faults["auth.username"].text() == "This is needed."
    form.editor("auth.username").show("ada")
    form.editor("rate.requests").show(5)
    assert form.document() == {"name": "x", "rate": {"requests": 5, "period": "second"}, "auth": {"type": "basic", "username": "ada"}}
    form.editor("auth.type").show("bearer")
    assert not form.editor("auth.username").widget.isVisible()
    assert form.editor("auth.token").widget.isVisible()


def test_a_part_is_folded_away_until_something_of_it_is_there_or_wrong(qtbot: QtBot) -> None:
    assert not of_parts(qtbot).editor("rate.requests").widget.isVisible()
    assert of_parts(qtbot, {"rate": {"requests": 5}}).editor("rate.requests").widget.isVisible()
    form = of_parts(qtbot)
    form.blame({"rate.requests": "Too many."})
    assert form._faults["rate.requests"].isVisible()


def test_a_fault_that_names_an_alternative_stands_below_its_field(qtbot: QtBot) -> None:
    form = of_parts(qtbot, {"auth": {"type": "basic"}})
    assert form.blame({"auth.basic.username": "No colon."}) == []
    assert form._faults["auth.username"].text() == "No colon."
    assert form.blame({"auth.bearer.token": "Too long."}) == ["Too long."]  # its field is not to be seen


def test_a_dialog_brings_the_field_that_is_wrong_before_the_eye(qtbot: QtBot) -> None:
    form = Form(tuple(Field(f"f{place}", f"Field {place}") for place in range(40)))
    dialog = FormDialog(None, "Many", form)
    qtbot.addWidget(dialog)
    dialog.show()
    form.blame({"f35": "No."})
    area = dialog.findChildren(QScrollArea)[0].viewport()
    row = form._faults["f35"]
    qtbot.waitUntil(lambda: area.rect().contains(row.mapTo(area, QPoint(0, row.height() - 1))))
