"""A warm-up goes a step further a day, repeats a day that was hardly used, and steps back from a bad one."""

from __future__ import annotations

import pytest

from server.domain.mail.warmup import PLANS, DayResult, cap, next_step


@pytest.mark.criterion("email-7")
@pytest.mark.parametrize(
    ("day", "step"),
    [
        (DayResult(500, 0, 0), 4),
        (DayResult(500, 25, 0), 4),
        (DayResult(500, 26, 0), 2),
        (DayResult(500, 0, 1), 2),
        (DayResult(100, 0, 0), 3),
        (DayResult(0, 0, 0), 3),
        (DayResult(10, 10, 10), 3),
    ],
)
def test_a_day_decides_the_next(day: DayResult, step: int) -> None:
    found, reason = next_step("standard", 3, day)
    assert found == step
    assert (reason is not None) == (step == 2)


def test_every_plan_only_grows_and_ends() -> None:
    for name, plan in PLANS.items():
        assert list(plan) == sorted(set(plan)), name
        assert cap(name, len(plan)) is None
        assert next_step(name, len(plan), DayResult(10, 0, 0))[0] == len(plan) + 1


def test_the_first_day_has_nothing_to_step_back_to() -> None:
    assert next_step("standard", 0, DayResult(50, 10, 0)) == (0, "10 of 50 messages bounced")
