"""What an import wizard has been told becomes requests: the same one after silence, another one when something was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.pages.importing import Importing

PREVIEW = {
    "columns": [
        {"name": "Mail", "samples": ["a@example.com", "b@example.com"], "suggestion": {"field": "email", "confidence": 0.9, "reason": "by its name"}},
        {"name": "Id", "samples": ["1"], "suggestion": None},
    ],
    "fields": ["email", "first_name"],
    "mapping": {"Mail": "email"},
    "problems": [],
}


@pytest.fixture
def importing(tmp_path: Path) -> Importing:
    file = tmp_path / "people.csv"
    file.write_text("Mail,Id\na@example.com,1\n", encoding="utf-8")
    found = Importing({"resource": "contacts", "file": str(file)})
    found.seen(PREVIEW)
    return found


def test_each_column_is_asked_for_with_its_cells_and_the_suggestion(importing: Importing) -> None:
    first, second = importing.questions()
    assert (first.label, first.default, first.choices) == ("Mail", "email", ["email", "first_name"])
    assert first.help == "a@example.com, b@example.com (by its name, 90%)"
    assert (second.default, second.help) == (None, "1")


def test_the_first_rows_are_a_table(importing: Importing) -> None:
    columns, rows = importing.table()
    assert [column.label for column in columns] == ["Mail", "Id"]
    assert rows[1] == {"id": 1, "0": "b@example.com", "1": None}


def test_what_was_chosen_is_sent_and_the_same_import_has_one_key(importing: Importing) -> None:
    importing.answer({"1": "first_name"})
    importing.rules = {"on_match": "skip"}
    dry, run, again = importing.run(dry=True), importing.run(dry=False), importing.run(dry=False)
    assert (run.query["mapping"], run.query["on_match"], run.query["dry_run"]) == ('{"Id": "first_name"}', "skip", "false")
    assert dry.headers["Idempotency-Key"] != run.headers["Idempotency-Key"] == again.headers["Idempotency-Key"]
    assert importing.look().query["mapping"] == '{"Id": "first_name"}'
