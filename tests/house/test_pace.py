"""Time in tests: a slow try is made good by a quick one, and only slowness that stays is told."""

from __future__ import annotations

import time
from itertools import count

import pytest

from tests.pace import awaited, best, quickest, until, within


def test_the_first_measurement_that_keeps_the_promise_is_the_last() -> None:
    measured = iter([9.0, 3.0, 1.0, 0.5])
    assert best(lambda: next(measured), 2) == 1.0
    assert next(measured) == 0.5


def test_what_is_always_too_slow_is_told_at_its_best() -> None:
    measured = iter([9.0, 3.0, 4.0])
    assert best(lambda: next(measured), 2, tries=3) == 3.0


def test_waiting_is_no_work() -> None:
    assert quickest(lambda: time.sleep(0.05), 0.02, clock=time.thread_time) < 0.02
    assert quickest(lambda: time.sleep(0.05), 0.02, tries=2) >= 0.05


def test_waiting_ends_with_what_is_waited_for_or_fails_the_test() -> None:
    turns = count()
    assert until(lambda: next(turns) == 3)
    assert next(turns) == 4
    assert awaited(lambda: next(turns), lambda answer: answer > 6) == 7
    assert not within(lambda: False, 0.02)
    with pytest.raises(AssertionError, match="because"):
        until(lambda: False, 0.02, lambda: "because")
