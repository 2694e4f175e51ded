"""How columns are arranged outlives the console, and what cannot be read of it does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.system.arrangements import FILE, Arrangement, Arrangements, Condition

WIDE = Arrangement(("email", "name"), {"email": 300}, ("phone",))


def test_what_was_arranged_is_found_after_the_next_start(tmp_path: Path) -> None:
    kept = Arrangements(tmp_path)
    kept.put("Contacts", WIDE)
    kept.put("Companies", Arrangement(hidden=("domain",)))
    kept.put("Companies", Arrangement())
    assert Arrangements(tmp_path).find("Contacts") == WIDE
    assert Arrangements(tmp_path).find("Companies") == Arrangement()
    assert "Companies" not in (tmp_path / FILE).read_text(encoding="utf-8")


def test_columns_and_conditions_are_kept_beside_one_another(tmp_path: Path) -> None:
    kept, conditions = Arrangements(tmp_path), (Condition("email", "contains", 'a"ñ'), Condition("phone", "empty"))
    kept.put_conditions("Contacts", conditions, either=True)
    kept.put_columns("Contacts", WIDE)
    found = Arrangements(tmp_path).find("Contacts")
    assert (found.order, found.widths, found.conditions, found.either) == (WIDE.order, WIDE.widths, conditions, True)
    kept.put_columns("Contacts", Arrangement())
    assert Arrangements(tmp_path).find("Contacts").conditions == conditions
    kept.put_conditions("Contacts", (), either=False)
    assert Arrangements(tmp_path).find("Contacts") == Arrangement()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"Contacts": {"conditions": [{"field": "email"}]}}',
        '{"Contacts": {"conditions": ["email"]}}',
        '{"Contacts": 7}',
        '{"Contacts": {"widths": {"email": "wide"}}}',
        '{"Contacts": {"order": 7}}',
    ],
)
def test_a_file_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert Arrangements(tmp_path).find("Contacts") == Arrangement()


def test_without_a_folder_it_lasts_as_long_as_the_console() -> None:
    kept = Arrangements()
    kept.put("Contacts", WIDE)
    assert kept.find("Contacts") == WIDE
