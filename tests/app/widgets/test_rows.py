"""Several small forms: added, taken away, read as a list, and faults in the row that they are about."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.rows import RowsEditor

PARTS = Field("parts", "Parts", "rows", fields=(Field("name", "Name", required=True), Field("count", "Count", "number")))


def made(qtbot: QtBot, values: dict[str, object] | None = None) -> tuple[Form, RowsEditor]:
    form = Form((Field("title", "Title"), PARTS), values)
    qtbot.addWidget(form)
    form.show()
    rows = form.editor("parts")
    assert isinstance(rows, RowsEditor)
    return form, rows


def test_rows_are_a_list_and_none_are_nothing(qtbot: QtBot) -> None:
    form, rows = made(qtbot, {"parts": [{"name": "Bolt", "count": 2}]})
    rows.add.click()
    list(rows.forms)[1].fill({"name": "Nut"})
    assert form.document() == {"parts": [{"name": "Bolt", "count": 2}, {"name": "Nut"}]}
    for one in list(rows.forms):
        rows._shrink(one)
    assert form.document() == {}


def test_a_row_says_itself_what_it_lacks_and_the_document_waits(qtbot: QtBot) -> None:
    form, rows = made(qtbot)
    row = rows.grow()
    assert form.document() is None
    assert row.fault("name") == "This is needed."
    assert not form._faults["parts"].isVisible()


def test_a_fault_of_the_server_stands_in_its_row_or_below_all_of_them(qtbot: QtBot) -> None:
    form, rows = made(qtbot, {"parts": [{"name": "Bolt"}, {"name": "Bolt"}]})
    assert form.blame({"parts.1.name": "There is one already.", "parts": "Too many.", "else": "No."}) == ["No."]
    first, second = rows.forms
    assert (first.fault("name"), second.fault("name")) == ("", "There is one already.")
    assert form._faults["parts"].text() == "Too many."


def test_suggestions_reach_the_rows_that_are_still_to_come(qtbot: QtBot) -> None:
    _, rows = made(qtbot)
    rows.suggest("name", [("bolt", "bolt")])
    completer = rows.grow().editor("name").widget.completer()  # type: ignore[attr-defined]
    assert completer.model().rowCount() == 1


def test_a_list_that_is_needed_is_empty_without_rows(qtbot: QtBot) -> None:
    needed = Field("limits", "Limits", "rows", required=True, default=[{"name": "a"}], fields=PARTS.fields)
    form = Form((needed,))
    qtbot.addWidget(form)
    assert form.document() == {"limits": [{"name": "a"}]}
    rows = form.editor("limits")
    assert isinstance(rows, RowsEditor)
    rows._shrink(next(iter(rows.forms)))
    assert form.document() == {"limits": []}
    shown = Form((needed,), {"limits": []})
    qtbot.addWidget(shown)
    assert shown.document() == {"limits": []}
