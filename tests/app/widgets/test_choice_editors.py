"""Editors that choose: what is set stays set until its words come."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.widgets.choice_editors import ChoiceEditor
from app.widgets.fields import Field


def test_a_choice_that_is_not_offered_yet_stays_and_gets_its_words_later(qtbot: QtBot) -> None:
    editor = ChoiceEditor(Field("list", "List", "choice"))
    qtbot.addWidget(editor.widget)
    editor.show("l1")
    editor.offer([("l1", "Customers"), ("l2", "Leads")])
    assert (editor.value(), editor.widget.currentText(), editor.widget.count()) == ("l1", "Customers", 3)
