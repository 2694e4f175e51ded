"""The clock: milliseconds in, RFC 3339 out, and standing still for tests."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.system import clock

YEAR_9999 = 253_402_300_799_999


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    assert clock.rfc3339(1_795_176_000_123) == "2026-11-20T12:00:00.123Z"
    assert clock.rfc3339(0) == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2026-11-20T12:00:00Z", 1_795_176_000_000),
        ("2026-11-20T13:00:00.123+01:00", 1_795_176_000_123),
        ("2026-11-20T12:00:00", 1_795_176_000_000),
        ("2026-11-20T11:59:60Z", None),
        ("yesterday", None),
    ],
)
def test_a_moment_is_read_with_any_offset_and_refused_when_it_is_none(text: str, milliseconds: int | None) -> None:
    if milliseconds is not None:
        assert clock.parse_rfc3339(text) == milliseconds
        return
    with pytest.raises(ValueError, match=r"."):
        clock.parse_rfc3339(text)


@given(st.integers(0, YEAR_9999))
def test_what_is_written_is_read_back_to_the_millisecond(moment: int) -> None:
    assert clock.parse_rfc3339(clock.rfc3339(moment)) == moment


@given(st.integers(0, YEAR_9999), st.integers(0, YEAR_9999))
def test_written_moments_sort_as_the_moments_do(one: int, other: int) -> None:
    assert (clock.rfc3339(one) < clock.rfc3339(other)) == (one < other)


def test_the_clock_runs_with_the_machine() -> None:
    assert abs(clock.now_ms() - time.time() * 1000) < 1000


def test_a_held_clock_moves_only_when_told_and_is_let_go_afterwards() -> None:
    with clock.frozen(1_000) as held:
        assert clock.now_ms() == 1_000
        held.advance(5_000)
        assert clock.now_ms() == 6_000
        with clock.frozen(7):
            assert clock.now_ms() == 7
        assert clock.now_ms() == 6_000
    assert clock.now_ms() > YEAR_9999 / 1000


def test_a_held_clock_is_let_go_when_the_test_fails() -> None:
    with pytest.raises(ZeroDivisionError), clock.frozen(1):
        clock.now_ms() // 0
    assert clock.now_ms() > 1
