"""Tables become declared values, or a sentence about what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connectors.sdk.declaring import build, fill


@dataclass(frozen=True)
class Fruit:
    """A fruit."""

    colour: str
    seeds: tuple[int, ...] = ()


def test_a_table_fills_a_value_whose_lists_cannot_change() -> None:
    assert build({"fruit": Fruit}, {"kind": "fruit", "colour": "red", "seeds": [1, 2]}) == Fruit("red", (1, 2))


@pytest.mark.parametrize(
    ("members", "words"), [({"color": "red"}, "did you mean `colour`"), ({"colour": "red", "stone": 1}, "no `stone`"), ({}, "colour")]
)
def test_a_wrong_member_is_named(members: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fill(Fruit, members)


def test_an_unknown_kind_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'nut'; it may be fruit"):
        build({"fruit": Fruit}, {"kind": "nut"})
