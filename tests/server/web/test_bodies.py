"""Bodies are parsed strictly: whatever is taken can be stored, and whatever is not says where it is wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from server.domain.errors import Invalid, Unprocessable
from server.web import bodies

WHOLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
STORABLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(-1e18, 1e18) | st.text(WHOLE),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(WHOLE), parts, max_size=4),
    max_leaves=12,
)


@given(STORABLE)
def test_whatever_can_be_stored_is_taken_as_it_is(value: Any) -> None:
    assert bodies.parse(json.dumps(value).encode()) == value
    assert bodies.parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=40))
def test_any_other_bytes_are_refused_and_never_break_the_parser(raw: bytes) -> None:
    with suppress(Invalid):
        bodies.parse(raw)


@pytest.mark.parametrize(
    ("raw", "code", "pointers"),
    [
        (b'{"a": {"b/c": ["x", "\\u0000"]}}', "validation_failed", ["/a/b~1c/1"]),
        (b'{"a~b": "\\ud83d"}', "validation_failed", ["/a~0b"]),
        (b'["\\ud83d\\ude00", "\\ude00"]', "validation_failed", ["/1"]),
        (b'{"a": 9223372036854775808, "b": -9223372036854775809}', "validation_failed", ["/a", "/b"]),
        (b'{"a": 1e400}', "validation_failed", ["/a"]),
        (b'{"a": 1, "b": {"a": 1, "a": 2}}', "duplicate_member", ["/a"]),
        (b"[" * 65 + b"]" * 65, "too_deep", []),
        (b"[" * 90_000, "too_deep", []),
        (b"1" * 5000, "number_too_large", []),
        (b"NaN", "malformed_json", []),
        (b'{"a":}', "malformed_json", []),
        (b"\xc3\x28", "invalid_utf8", []),
    ],
)
def test_a_refusal_names_its_place(raw: bytes, code: str, pointers: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        bodies.parse(raw)
    assert (refused.value.stable_code, [fault.pointer for fault in refused.value.faults]) == (code, pointers)


def test_sixty_four_levels_are_not_too_deep() -> None:
    assert bodies.parse(b"[" * 64 + b"]" * 64)


def test_no_body_is_said_to_be_missing() -> None:
    with pytest.raises(Invalid) as refused:
        bodies.check_given(b"")
    assert refused.value.stable_code == "body_missing"


class Shape(BaseModel):
    """A body of one field of each kind that a text could be taken for."""

    sides: int = 4
    name: str = ""
    filled: bool = False
    area: float = 0


def test_a_model_names_every_broken_field() -> None:
    with pytest.raises(Unprocessable) as refused:
        bodies.validate(Shape, {"sides": "many", "name": None})
    assert [fault.pointer for fault in refused.value.faults] == ["/sides", "/name"]


@pytest.mark.parametrize(
    "raw", [b'{"sides": "5"}', b'{"sides": true}', b'{"sides": 5.5}', b'{"filled": 1}', b'{"filled": "true"}', b'{"area": "2.5"}', b'{"name": 5}']
)
def test_nothing_is_taken_for_what_it_is_not(raw: bytes) -> None:
    with pytest.raises(Unprocessable):
        bodies.validate(Shape, bodies.parse(raw))


@pytest.mark.parametrize("raw", [b'{"sides": 5.0}', b'{"sides": 5e0}', b'{"area": 2}', b'{"area": 2.5}'])
def test_a_number_is_what_it_amounts_to_however_it_is_written(raw: bytes) -> None:
    shape = bodies.validate(Shape, bodies.parse(raw))
    assert shape.model_dump(exclude_unset=True) == json.loads(raw)


def test_the_texts_of_a_form_are_read_as_what_they_stand_for() -> None:
    shape = bodies.validate(Shape, dict(bodies.parse_form(b"sides=5&filled=true")), strict=False)
    assert shape.model_dump(exclude_unset=True) == {"sides": 5, "filled": True}
