"""Dotted paths find and set what they name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.paths import at, put

DOCUMENT = {"a": {"b.c": [{"d": 1}, None]}, "n": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.b\\.c.0.d", 1), ("n", None), ("a.b\\.c.1", None), ("a.b\\.c.7", "?"), ("a.x", "?"), ("n.x", "?"), ("", DOCUMENT), ("a.b\\.c.d", "?")],
)
def test_a_path_finds(path: str, found: Any) -> None:
    assert at(DOCUMENT, path, "?") == found


@given(st.lists(st.sampled_from(["a", "b", "c", "x\\.y"]), min_size=1, max_size=4), st.integers())
def test_what_was_put_is_found(names: list[str], value: int) -> None:
    document: dict[str, Any] = {}
    put(document, ".".join(names), value)
    assert at(document, ".".join(names)) == value


def test_lists_grow_one_element_at_a_time_and_others_stay() -> None:
    document: dict[str, Any] = {"emails": [{"value": "a", "type": "home"}]}
    put(document, "emails.0.value", "b")
    put(document, "emails.1.value", "c")
    put(document, "emails.1", {"value": "d"})
    assert document == {"emails": [{"value": "b", "type": "home"}, {"value": "d"}]}
