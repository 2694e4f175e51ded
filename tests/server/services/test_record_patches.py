"""Patches of records: members to remove have to be members."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from server.domain.errors import Unprocessable
from server.services.record_patches import merge


class Place(BaseModel):
    """Where somebody lives."""

    city: str | None = None


class Person(BaseModel):
    """Somebody."""

    name: str | None = None
    place: Place | None = None
    notes: dict[str, Any] = {}


def test_null_removes_a_member_wherever_it_is() -> None:
    before = {"name": "Ada", "place": {"city": "London"}, "notes": {"a": 1, "b": 2}}
    assert merge(Person, before, {"name": None, "place": {"city": None}, "notes": {"a": None}}) == {"place": {}, "notes": {"b": 2}}


@pytest.mark.parametrize(
    ("patch", "pointers"),
    [
        ({"": None}, ["/"]),
        ({"nickname": None, "name": None, "a/b~c": None}, ["/nickname", "/a~1b~0c"]),
        ({"place": {"planet": None}}, ["/place/planet"]),
    ],
)
def test_what_no_record_has_is_not_passed_over_because_it_is_null(patch: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(Unprocessable) as refused:
        merge(Person, {"name": "Ada"}, patch)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, "unknown_field") for pointer in pointers]


def test_a_free_member_may_be_removed_though_it_is_not_there() -> None:
    assert merge(Person, {}, {"notes": {"nothing": None}}) == {"notes": {}}
