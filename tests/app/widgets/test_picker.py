"""The picker: one types, chooses by name with mouse or keys, and an id is kept; what is typed and not chosen is no choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.client.references import Choice
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.picker import DETAIL, PickerEditor

ADA = Choice("con_1", "Ada Berg", "ada@example.com")
ANNE = Choice("con_2", "Anne Costa", "anne@example.com")
WHOLE = "con_06gvun05q5shjem08apc5mnssc"


class Held:
    """A finder that answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Callable[[Sequence[Choice]], None], Callable[[str], None]]] = []
        self.names: list[tuple[str, Callable[[str], None]]] = []

    def find(self, text: str, found: Callable[[Sequence[Choice]], None], failed: Callable[[str], None]) -> None:
        self.asked.append((text, found, failed))

    def name(self, value: str, found: Callable[[str], None]) -> None:
        self.names.append((value, found))


@pytest.fixture
def picked(qtbot: QtBot) -> tuple[PickerEditor, Held, Form]:
    """Return a picker in a form that is shown, and who finds for it."""
    form, finder = Form((Field("contact_id", "Contact", "pick"), Field("note", "Note"))), Held()
    qtbot.addWidget(form)
    form.show()
    editor = form.editor("contact_id")
    assert isinstance(editor, PickerEditor)
    editor.serve(finder)
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    editor.widget.setFocus()
    return editor, finder, form


def shown(editor: PickerEditor) -> list[str]:
    return [str(editor.choices.index(place).data()) for place in range(editor.choices.rowCount())]


def test_one_types_waits_and_chooses_by_the_keys(qtbot: QtBot, picked: tuple[PickerEditor, Held, Form]) -> None:
    editor, finder, form = picked
    qtbot.keyClicks(editor.widget, "An")
    assert shown(editor) == ["Searching…"]
    qtbot.waitUntil(lambda: bool(finder.asked))
    assert [text for text, _, _ in finder.asked] == ["An"]
    finder.asked[-1][1]([ADA, ANNE])
    assert (shown(editor), editor.popup.isVisible()) == (["Ada Berg", "Anne Costa"], True)
    assert editor.choices.index(1).data(DETAIL) == "anne@example.com"
    qtbot.keyClick(editor.popup, Qt.Key.Key_Down)
    qtbot.keyClick(editor.popup, Qt.Key.Key_Return)
    assert (editor.widget.text(), editor.widget.toolTip(), editor.popup.isVisible()) == ("Anne Costa", "con_2", False)
    assert form.document() == {"contact_id": "con_2"}


def test_an_answer_to_what_no_longer_stands_there_is_passed_over(qtbot: QtBot, picked: tuple[PickerEditor, Held, Form]) -> None:
    editor, finder, _ = picked
    qtbot.keyClicks(editor.widget, "A")
    qtbot.waitUntil(lambda: bool(finder.asked))
    qtbot.keyClicks(editor.widget, "n")
    finder.asked[0][1]([ADA])
    assert shown(editor) == ["Searching…"]


def test_it_says_when_nothing_was_found_or_nobody_answers(qtbot: QtBot, picked: tuple[PickerEditor, Held, Form]) -> None:
    editor, finder, _ = picked
    qtbot.mouseClick(editor.widget, Qt.MouseButton.LeftButton)
    text, found, failed = finder.asked[0]
    assert text == ""
    found([])
    assert shown(editor) == ["Nothing was found."]
    editor.take(0)
    failed("Nobody answers.")
    assert (shown(editor), editor.value()) == (["Nobody answers."], None)


def test_words_that_were_not_chosen_are_a_fault_and_a_whole_id_is_a_choice(qtbot: QtBot, picked: tuple[PickerEditor, Held, Form]) -> None:
    editor, _, form = picked
    qtbot.keyClicks(editor.widget, "somebody")
    assert form.document() is None
    assert form.fault("contact_id") == "Choose one of those that were found."
    editor.widget.setText(WHOLE)
    assert form.document() == {"contact_id": WHOLE}


def test_what_is_set_is_shown_by_its_name_once_it_is_known_and_can_be_cleared(picked: tuple[PickerEditor, Held, Form]) -> None:
    editor, finder, form = picked
    form.fill({"contact_id": "con_1"})
    assert (editor.widget.text(), editor.value()) == ("con_1", "con_1")
    value, found = finder.names[-1]
    found("Ada Berg")
    assert (value, editor.widget.text(), editor.value()) == ("con_1", "Ada Berg", "con_1")
    editor.widget.clear()
    assert editor.value() is None


def test_a_name_that_comes_late_does_not_undo_what_was_typed_meanwhile(qtbot: QtBot, picked: tuple[PickerEditor, Held, Form]) -> None:
    editor, finder, form = picked
    form.fill({"contact_id": "con_1"})
    editor.widget.clear()
    qtbot.keyClicks(editor.widget, "An")
    finder.names[-1][1]("Ada Berg")
    assert editor.widget.text() == "An"
