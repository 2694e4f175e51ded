"""Editors of several lines: pairs with colons in them, and known names that are written where one types."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from app.widgets.area_editors import MappingEditor, NamesEditor, PairsEditor
from app.widgets.fields import Field


def test_pairs_keep_colons_in_their_values(qtbot: QtBot) -> None:
    editor = PairsEditor(Field("x", "X", "pairs"))
    qtbot.addWidget(editor.widget)
    editor.show({"Support": "https://e.example"})
    assert editor.value() == {"Support": "https://e.example"}


def test_a_known_name_is_written_where_one_is_typing_and_what_was_typed_stays(qtbot: QtBot) -> None:
    editor = MappingEditor(Field("mapping", "Members", "mapping"))
    qtbot.addWidget(editor.widget)
    editor.show({"email": "MAIL"})
    editor.offer([("FNAME", "First name"), ("tags", "tags")])
    editor.show(None)
    editor.lines.widget.moveCursor(QTextCursor.MoveOperation.End)
    editor.lines.widget.insertPlainText("\nfirst_name: ")
    editor.known.setCurrentIndex(0)
    editor.known.activated.emit(0)
    assert [editor.known.itemText(place) for place in range(2)] == ["First name (FNAME)", "tags"]
    assert editor.value() == {"email": "MAIL", "first_name": "FNAME"}


def test_a_known_name_is_added_once_on_a_line_of_its_own(qtbot: QtBot) -> None:
    editor = NamesEditor(Field("events", "Events", "names"))
    qtbot.addWidget(editor.widget)
    editor.offer([("contact.created", "contact.created"), ("deal.created", "deal.created")])
    editor.lines.widget.setPlainText("contact.*")
    for _ in range(2):
        editor.known.setCurrentIndex(1)
        editor.known.activated.emit(1)
    assert editor.value() == ["contact.*", "deal.created"]
