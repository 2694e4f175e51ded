"""Conflicts: what each field was, is here, and is at the vendor, also where one side was deleted."""

from __future__ import annotations

from app.pages.syncs import sides


def test_a_conflict_shows_both_sides_of_each_field_and_what_was_before() -> None:
    conflict = {"fields": ["title"], "base": {"title": "A"}, "local": {"title": "B"}, "remote": None}
    assert sides(conflict) == [{"id": "title", "base": "A", "local": "B", "remote": None}]
