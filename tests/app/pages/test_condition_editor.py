"""The editor of one condition: it offers what can be asked of a field, and takes what is whole."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.client.references import Choice
from app.pages.condition_editor import ConditionEditor
from app.pages.conditions import KINDS, subjects
from app.pages.records import CONTACTS
from app.system.arrangements import Condition
from tests.app.pages.test_declared import declared
from tests.app.widgets.test_picker import WHOLE, Held


@pytest.fixture
def taken() -> list[Condition]:
    return []


@pytest.fixture
def finder() -> Held:
    return Held()


@pytest.fixture
def editor(qtbot: QtBot, taken: list[Condition], finder: Held) -> ConditionEditor:
    """Return an editor that asks about contacts."""
    found = ConditionEditor(taken.append, lambda: None, lambda _path: finder)
    qtbot.addWidget(found)
    found.begin(subjects(CONTACTS, [declared("paid", "boolean", label="Paid")]))
    found.show()
    return found


def choose(editor: ConditionEditor, field: str, way: str = "") -> None:
    editor.field.setCurrentIndex(editor.field.findData(field))
    editor.way.setCurrentIndex(max(0, editor.way.findData(way)))


def test_what_is_no_value_is_not_taken(editor: ConditionEditor, taken: list[Condition]) -> None:
    choose(editor, "created_at")
    for text, whole in (("", False), ("soon", False), ("2026-13-01", False), ("2026-11-20", True)):
        editor.line.setText(text)
        editor.finish()
        assert (editor.apply.isEnabled(), bool(taken)) == (whole, whole)


def test_a_field_offers_its_comparisons_and_values(editor: ConditionEditor) -> None:
    choose(editor, "email")
    assert [editor.way.itemData(place) for place in range(editor.way.count())] == list(KINDS["text"])
    assert (editor.line.isVisible(), editor.choice.isVisible()) == (True, False)
    choose(editor, "custom.paid")
    assert [editor.choice.itemText(place) for place in range(editor.choice.count())] == ["Yes", "No"]
    assert (editor.line.isVisible(), editor.choice.isVisible(), editor.apply.isEnabled()) == (False, True, True)
    choose(editor, "email", "empty")
    assert (editor.line.isVisible(), editor.choice.isVisible(), editor.apply.isEnabled()) == (False, False, True)


def test_it_begins_with_what_is_to_be_changed(editor: ConditionEditor) -> None:
    for condition in (
        Condition("email", "begins", "ada@"),
        Condition("custom.paid", "is", "false"),
        Condition("phone", "filled"),
        Condition("owner_id", "this", WHOLE),
    ):
        editor.begin(editor._found, condition)
        assert editor.condition() == condition


def test_a_thing_is_picked_by_its_name_and_words_alone_are_no_value(editor: ConditionEditor, taken: list[Condition], finder: Held) -> None:
    choose(editor, "company_id", "this")
    assert (editor.picker.widget.isVisible(), editor.line.isVisible(), editor.apply.isEnabled()) == (True, False, False)
    editor.picker.widget.setText("acme")
    assert not editor.apply.isEnabled()
    editor.picker.open()
    finder.asked[-1][1]([Choice(WHOLE, "Acme Werke")])
    editor.picker.take(0)
    editor.finish()
    assert taken == [Condition("company_id", "this", WHOLE)]
    choose(editor, "owner_id", "not_this")
    assert editor.picker.widget.text() == "", "what was picked for another field is none here"
    choose(editor, "company_id", "says")
    assert (editor.picker.widget.isVisible(), editor.line.isVisible()) == (False, True)
