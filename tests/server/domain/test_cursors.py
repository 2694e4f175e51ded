"""Cursors come back as they were, and no other text is one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.cursors import decode, encode
from server.domain.errors import Invalid

KEY = b"k" * 32
SCOPE = "contacts|-created_at|3f2a"
CURSOR = encode(KEY, SCOPE, ["2026-11-20", 1795176000123, None])

rows = st.lists(st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none(), max_size=6)
scopes = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def refused(key: bytes, scope: str, text: str) -> bool:
    with pytest.raises(Invalid) as caught:
        decode(key, scope, text)
    return caught.value.stable_code == "invalid_cursor"


@given(st.binary(), scopes, rows)
def test_a_cursor_gives_back_its_values(key: bytes, scope: str, row: list[Any]) -> None:
    text = encode(key, scope, row)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    if len(text) <= 2048:
        assert decode(key, scope, text) == row
        assert [type(value) for value in decode(key, scope, text)] == [type(value) for value in row]


@given(st.integers(0, len(CURSOR) - 1), st.characters())
def test_a_cursor_with_any_character_changed_is_refused(place: int, character: str) -> None:
    forged = CURSOR[:place] + character + CURSOR[place + 1 :]
    assert forged == CURSOR or refused(KEY, SCOPE, forged)


@given(scopes, scopes, rows)
def test_a_cursor_of_another_query_is_refused(scope: str, other: str, row: list[Any]) -> None:
    assert scope == other or refused(KEY, other, encode(KEY, scope, row))


@given(st.binary(min_size=16, max_size=32), rows)
def test_a_cursor_sealed_with_another_key_is_refused(key: bytes, row: list[Any]) -> None:
    assert refused(KEY, SCOPE, encode(key, SCOPE, row))


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,80}", fullmatch=True))
def test_text_that_is_no_cursor_is_refused(text: str) -> None:
    assert refused(KEY, SCOPE, text)


@pytest.mark.parametrize(
    "text", ["", "A", "A" * 22, CURSOR + "=", CURSOR + "A", CURSOR[:-1], " " + CURSOR, CURSOR + "\n", CURSOR * 40, "é", "\ud800"]
)
def test_a_cursor_that_is_cut_padded_or_repeated_is_refused(text: str) -> None:
    assert refused(KEY, SCOPE, text)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_no_row_can_hold_is_not_sealed(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode(KEY, SCOPE, [value])
