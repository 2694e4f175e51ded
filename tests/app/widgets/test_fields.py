"""Fields: what each kind of editor shows and gives back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.widgets.fields import EDITORS, ChoiceEditor, Field, MappingEditor, NamesEditor, PairsEditor, TimeEditor


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "Ada"),
        ("code", "#fff"),
        ("password", "s3cret"),
        ("number", 12),
        ("number", 1.5),
        ("area", "two\nlines"),
        ("lines", ["a", "b"]),
        ("pairs", {"X-Team": "billing: eu"}),
        ("json", {"a": [1]}),
        ("switch", True),
        ("choice", "b"),
        ("many", ["a", "c"]),
        ("file", "contacts.csv"),
        ("names", ["contact.*", "deal.created"]),
        ("numbers", [0, 30, 300]),
        ("commas", ["POST /exports", "GET /contacts*"]),
        ("date", "2026-11-20"),
        ("answer", False),
        ("time", "2026-11-20T08:30:12.345Z"),
        ("certificates", ["-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----"] * 2),
    ],
)
def test_an_editor_gives_back_what_it_shows(qtbot: QtBot, kind: str, value: Any) -> None:
    editor = EDITORS[kind](Field("x", "X", kind, choices=("a", "b", "c")))
    qtbot.addWidget(editor.widget)
    editor.show(value)
    assert editor.value() == value


@pytest.mark.parametrize("kind", sorted(set(EDITORS) - {"switch"}))
def test_what_is_left_empty_gives_nothing(qtbot: QtBot, kind: str) -> None:
    editor = EDITORS[kind](Field("x", "X", kind))
    qtbot.addWidget(editor.widget)
    assert editor.value() is None


@pytest.mark.parametrize(
    ("kind", "text"), [("number", "many"), ("json", "{"), ("pairs", "no colon"), ("numbers", "1, two"), ("time", "-24x"), ("date", "2026-13-01")]
)
def test_what_cannot_be_read_is_told_in_a_sentence(qtbot: QtBot, kind: str, text: str) -> None:
    editor = EDITORS[kind](Field("x", "X", kind))
    qtbot.addWidget(editor.widget)
    assert isinstance(editor.widget, QPlainTextEdit | QLineEdit)
    editor.widget.setPlainText(text) if isinstance(editor.widget, QPlainTextEdit) else editor.widget.setText(text)
    with pytest.raises(ValueError, match=r"\w+ .*\."):
        editor.value()


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


def test_a_choice_that_is_not_offered_yet_stays_and_gets_its_words_later(qtbot: QtBot) -> None:
    editor = ChoiceEditor(Field("list", "List", "choice"))
    qtbot.addWidget(editor.widget)
    editor.show("l1")
    editor.offer([("l1", "Customers"), ("l2", "Leads")])
    assert (editor.value(), editor.widget.currentText(), editor.widget.count()) == ("l1", "Customers", 3)


def test_a_time_is_local_or_with_its_zone_or_so_long_ago(qtbot: QtBot) -> None:
    editor = TimeEditor(Field("since", "From", "time"))
    qtbot.addWidget(editor.widget)
    editor.widget.setText("2026-11-20 09:30+01:00")
    assert editor.value() == "2026-11-20T08:30:00Z"
    editor.widget.setText("-24h")
    then = datetime.fromisoformat(str(editor.value()))
    assert timedelta(hours=23) < datetime.now(UTC) - then < timedelta(hours=25)


def test_a_known_name_is_added_once_on_a_line_of_its_own(qtbot: QtBot) -> None:
    editor = NamesEditor(Field("events", "Events", "names"))
    qtbot.addWidget(editor.widget)
    editor.offer([("contact.created", "contact.created"), ("deal.created", "deal.created")])
    editor.lines.widget.setPlainText("contact.*")
    for _ in range(2):
        editor.known.setCurrentIndex(1)
        editor.known.activated.emit(1)
    assert editor.value() == ["contact.*", "deal.created"]
