"""Payloads without nesting keep every value."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from server.domain.flattening import flat, form

EVENT: dict[str, Any] = {"id": "evt_1", "created": 5, "data": {"record": {"tags": ["a", "b"], "custom": {}, "owner_id": None, "done": True}}}


def test_names_lead_to_values_with_full_stops() -> None:
    assert flat(EVENT) == {
        "id": "evt_1",
        "created": 5,
        "data.record.tags.0": "a",
        "data.record.tags.1": "b",
        "data.record.custom": None,
        "data.record.owner_id": None,
        "data.record.done": True,
    }


def test_a_form_nests_in_brackets_and_escapes() -> None:
    assert parse_qsl(form({**EVENT, "text": "a&b=c d\u00e4"}), keep_blank_values=True) == [
        ("id", "evt_1"),
        ("created", "5"),
        ("data[record][tags][0]", "a"),
        ("data[record][tags][1]", "b"),
        ("data[record][custom]", ""),
        ("data[record][owner_id]", ""),
        ("data[record][done]", "true"),
        ("text", "a&b=c d\u00e4"),
    ]


NAMES = st.text(alphabet="abc", min_size=1, max_size=3)
NESTED: Any = st.recursive(st.integers() | st.text(max_size=3), lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3), max_leaves=10)


def leaves(value: Any) -> int:
    return sum(map(leaves, value.values())) if isinstance(value, dict) else 1


@given(st.dictionaries(NAMES, NESTED, max_size=4))
def test_no_value_is_lost(payload: dict[str, Any]) -> None:
    assert len(flat(payload)) == leaves(payload)
    assert len(parse_qsl(form(payload), keep_blank_values=True)) == leaves(payload)
