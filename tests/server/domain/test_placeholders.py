"""Gaps in questions."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.placeholders import filled, gaps


def test_gaps_are_found_wherever_a_value_is() -> None:
    assert list(gaps({"a": {"eq": "{x}"}, "or": [{"b": "%{y}%-{z}"}, {"c": 1}], "{no}": "{Not}"})) == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ({"a": "{x}"}, {"a": "1"}),
        ({"a": {"ilike": "%{x}-{x}%"}}, {"a": {"ilike": "%1-1%"}}),
        ({"a": "{x}", "b": {"gt": "{none}"}}, {"a": "1"}),
        ({"or": [{"a": "{none}"}, {"b": "{x}"}]}, {"or": [{"b": "1"}]}),
        ({"a": {"in": "{many}"}}, {"a": {"in": ["p", "q"]}}),
        ({"a": {"in": ["{x}", "{none}", "k"]}}, {"a": {"in": ["1", "k"]}}),
        ({"a": "{none}"}, None),
        ({"a": None, "b": True, "c": 2}, {"a": None, "b": True, "c": 2}),
        ({"a": "x{many}"}, {"a": "xp,q"}),
    ],
)
def test_a_gap_is_filled_or_its_condition_left_out(question: Any, left: Any) -> None:
    assert filled(question, {"x": "1", "many": ["p", "q"]}) == left


def test_what_fills_a_gap_is_never_a_gap_itself() -> None:
    assert filled({"a": "{x}!"}, {"x": "{x}"}) == {"a": "{x}!"}
