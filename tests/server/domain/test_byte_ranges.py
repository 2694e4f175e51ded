"""A range is answered with the bytes that it names, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import byte_ranges
from server.domain.errors import Unsatisfiable


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=4-99", (4, 10)),
        (" BYTES = 1 - 2 ", (1, 3)),
        (None, None),
        ("bytes=5-4", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=٣-٤", None),
    ],
)
def test_one_range_is_read_and_anything_else_means_everything(header: str | None, found: tuple[int, int] | None) -> None:
    assert byte_ranges.parse(header, 10) == found


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_a_range_behind_the_end_is_refused_with_the_size(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable) as refusal:
        byte_ranges.parse(header, size)
    assert refusal.value.members == {"size": size}


@given(st.text("bytes=0123456789-, ", max_size=30), st.integers(0, 100))
def test_whatever_is_asked_for_what_is_found_lies_inside(header: str, size: int) -> None:
    try:
        found = byte_ranges.parse(header, size)
    except Unsatisfiable:
        return
    if found is not None:
        assert 0 <= found[0] < found[1] <= size


def test_a_condition_holds_for_the_very_tag_or_date() -> None:
    assert byte_ranges.still_holds(None, '"a"', "Sat")
    assert byte_ranges.still_holds(' "a" ', '"a"', "Sat")
    assert byte_ranges.still_holds("Sat", '"a"', "Sat")
    assert not byte_ranges.still_holds('W/"a"', '"a"', "Sat")
