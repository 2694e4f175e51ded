"""Editors: what each kind of editor shows and gives back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.widgets.editors import EDITORS
from app.widgets.fields import Field


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
