"""Blaming: the fault stands below its field in the user's words, the appliance's own sentence is one pointer away."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.client.errors import refusal
from app.pages.blaming import blame
from app.system.languages import use
from app.widgets.fields import Field
from app.widgets.form import Form

SHORT = {"pointer": "/name", "code": "string_too_short", "detail": "String should have at least 3 characters"}


@pytest.mark.parametrize(("code", "words"), [("en", "At least 3 characters."), ("de", "Mindestens 3 Zeichen.")])
def test_a_fault_is_told_below_its_field_and_the_rest_at_the_foot(qtbot: QtBot, code: str, words: str) -> None:
    use(code)
    form = Form((Field("name", "Name"),))
    qtbot.addWidget(form)
    said: list[str] = []
    blame(form, said.append, refusal(422, {"detail": "No.", "errors": [SHORT, {"pointer": "/other", "code": "odd", "detail": "Odd."}]}))
    assert (form.fault("name"), said) == (words, ["Odd."])
    assert form._faults["name"].toolTip() == "String should have at least 3 characters"
    blame(form, said.append, refusal(409, {"detail": "It is taken.", "code": "odd"}))
    assert form.fault("name") == ""
    assert "It is taken." in said[-1]


def test_what_lies_deeper_in_what_was_sent_is_the_field_all_the_same(qtbot: QtBot) -> None:
    form = Form((Field("name", "Name"),))
    qtbot.addWidget(form)
    blame(form, lambda _: None, refusal(422, {"errors": [{**SHORT, "pointer": "/document/name"}]}), "document.")
    assert form.fault("name") == "At least 3 characters."


def test_a_refusal_of_the_whole_stands_below_the_field_that_it_is_about(qtbot: QtBot) -> None:
    taken = refusal(409, {"detail": "The name 'Shop' is taken.", "code": "name_taken"})
    said: list[str] = []
    for key, below, foot in (("name", "The name 'Shop' is taken.", ""), ("url", "", "The name 'Shop' is taken.")):
        form = Form((Field(key, "X"),))
        qtbot.addWidget(form)
        blame(form, said.append, taken)
        assert (form.fault(key), said[-1]) == (below, foot)
