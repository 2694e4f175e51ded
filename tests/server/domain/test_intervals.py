"""Intervals: what people write is understood, and what could mean nothing is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.intervals import LONGEST, SHORTEST, parse_interval


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(900, 900), ("900", 900), ("15m", 900), ("15 minutes", 900), ("2h", 7_200), ("1 day", 86_400), ("Hourly", 3_600), ("30sec", 30)],
)
def test_an_interval_is_read_as_people_write_it(written: int | str, seconds: int) -> None:
    assert parse_interval(written) == seconds


@pytest.mark.parametrize("written", [None, "manual", "never", " off "])
def test_by_hand_alone_is_no_interval(written: str | None) -> None:
    assert parse_interval(written) is None


@pytest.mark.parametrize("written", ["often", "5 parsecs", "-5", "1.5h", 0, 9, LONGEST + 1, "40d"])
def test_what_is_no_interval_is_refused(written: int | str) -> None:
    with pytest.raises(ValueError, match=r"is none|has to be"):
        parse_interval(written)


@given(st.integers(SHORTEST, LONGEST))
def test_seconds_are_themselves(seconds: int) -> None:
    assert parse_interval(seconds) == parse_interval(f"{seconds}s") == seconds
