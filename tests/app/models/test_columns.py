"""Columns: what each kind of value looks like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.models.columns import KINDS, NAMED, NOTHING, Column, ago, cell, reach, references


@pytest.mark.parametrize(
    ("kind", "value", "text", "tone"),
    [
        ("text", "Ada", "Ada", None),
        ("badge", "half_open", "Half open", "warning"),
        ("badge", "never heard of", "Never heard of", "calm"),
        ("status", 204, "204", "ok"),
        ("status", 404, "404", "warning"),
        ("status", 503, "503", "danger"),
        ("number", 12345, "12,345", None),
        ("number", 1.5, "1.50", None),
        ("duration", 3.21, "3.2 ms", None),
        ("duration", 1234.5, "1,234 ms", None),
        ("bytes", 2048, "2.0 KB", None),
        ("list", ["a", "b"], "a, b", None),
        ("switch", True, "Yes", "ok"),
        ("switch", False, "No", "calm"),
        ("money", {"amount": "12.00", "currency": "EUR"}, "12.00 EUR", None),
        ("actor", {"kind": "key", "id": "key_1"}, "Key key_1", None),
        ("limits", [{"requests": 1000, "period": "hour"}], "1,000 / hour", None),
        ("json", {"a": 1}, '{"a": 1}', None),
        ("time", "no time", "no time", None),
        ("day", "2026-11-20", "2026-11-20", None),
        ("day", "next week", "next week", None),
    ],
)
def test_a_value_is_shown_by_its_kind(kind: str, value: Any, text: str, tone: str | None) -> None:
    found = cell(Column("x", "X", kind=kind), {"x": value})
    assert (found.text, found.tone) == (text, tone)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, "", [], {}])
def test_nothing_looks_the_same_in_every_kind(kind: str, value: Any) -> None:
    assert cell(Column("x", "X", kind=kind), {"x": value}).text == NOTHING


def test_a_time_says_how_long_ago_and_when_exactly() -> None:
    then = datetime.now(UTC) - timedelta(hours=3)
    found = cell(Column("at", "At", kind="time"), {"at": then.isoformat()})
    assert found.text == "3 h ago"
    assert str(then.year) in str(found.tip)


@pytest.mark.parametrize(("seconds", "text"), [(1, "just now"), (30, "30 s ago"), (-120, "in 2 min"), (86400 * 3, "3 d ago")])
def test_spans_are_told_in_the_unit_that_fits(seconds: int, text: str) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == text


def test_a_dotted_key_reaches_inwards_and_finds_nothing_where_nothing_is() -> None:
    assert reach({"a": {"b": 1}}, "a.b") == 1
    assert reach({"a": None}, "a.b") is None


def test_nothing_is_called_what_it_means_where_it_means_something() -> None:
    assert cell(Column("expires_at", "Expires", kind="time", void="never"), {"expires_at": None}).text == "never"
    assert cell(Column("limits", "Limits", kind="limits", void="unlimited"), {"limits": []}).text == "unlimited"
    assert cell(Column("note", "Note"), {}).text == "—"


def test_whoever_acted_is_called_by_name_and_the_appliance_by_its_kind() -> None:
    who = Column("actor", "Who", kind="actor")
    row = {"actor": {"kind": "operator", "id": "usr_1"}, NAMED: {"actor": "operator@example.com"}}
    assert (cell(who, row).text, cell(who, row).tip) == ("operator@example.com", "Operator usr_1")
    assert cell(who, {"actor": {"kind": "system", "id": ""}}).text == "System"
    assert references(who, row) == [("/admin/v1/users", "usr_1")]
    assert references(who, {"actor": {"kind": "system", "id": ""}}) == references(who, {"actor": None}) == []
