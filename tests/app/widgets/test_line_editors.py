"""Editors of one line: times as a person writes them, numbers without a point that says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytestqt.qtbot import QtBot

from app.widgets.fields import Field
from app.widgets.line_editors import NumberEditor, TimeEditor


def test_a_time_is_local_or_with_its_zone_or_so_long_ago(qtbot: QtBot) -> None:
    editor = TimeEditor(Field("since", "From", "time"))
    qtbot.addWidget(editor.widget)
    editor.widget.setText("2026-11-20 09:30+01:00")
    assert editor.value() == "2026-11-20T08:30:00Z"
    editor.widget.setText("-24h")
    then = datetime.fromisoformat(str(editor.value()))
    assert timedelta(hours=23) < datetime.now(UTC) - then < timedelta(hours=25)


def test_a_whole_number_has_no_point_however_it_came(qtbot: QtBot) -> None:
    editor = NumberEditor(Field("quantity", "Quantity", "number"))
    qtbot.addWidget(editor.widget)
    editor.show(2.0)
    assert (editor.widget.text(), editor.value()) == ("2", 2)
    editor.show(2.5)
    assert (editor.widget.text(), editor.value()) == ("2.5", 2.5)
