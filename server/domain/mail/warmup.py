"""Warm-up: how many messages a day a new source may send to one provider, a step further each day that went well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DAY_MS: Final = 86_400_000
WORST_BOUNCES: Final = 0.05
WORST_COMPLAINTS: Final = 0.001
LEAST_SENT: Final = 20
"""Below so many messages a day says nothing about how a source is taken."""
PLANS: Final = {
    "standard": (50, 100, 250, 500, 1_000, 2_500, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 40_000, 55_000, 70_000, 100_000),
    "careful": (20, 40, 80, 150, 300, 600, 1_000, 1_500, 2_500, 4_000, 6_000, 9_000, 13_000, 18_000, 25_000, 35_000, 50_000, 70_000, 100_000),
    "quick": (500, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000),
}


@dataclass(frozen=True, slots=True)
class DayResult:
    """What became of a day's messages."""

    sent: int
    bounced: int
    complained: int


def cap(plan: str, step: int) -> int | None:
    """Return how many messages a day a step allows; None once the plan is over."""
    steps = PLANS[plan]
    return steps[step] if step < len(steps) else None


def next_step(plan: str, step: int, day: DayResult) -> tuple[int, str | None]:
    """Return the step of the day after a day, and why it is a step back: a day hardly used is repeated, a bad one costs a step."""
    if day.sent >= LEAST_SENT and day.bounced > day.sent * WORST_BOUNCES:
        return max(step - 1, 0), f"{day.bounced} of {day.sent} messages bounced"
    if day.sent >= LEAST_SENT and day.complained > day.sent * WORST_COMPLAINTS:
        return max(step - 1, 0), f"{day.complained} of {day.sent} messages were complained about"
    allowed = cap(plan, step)
    return (step, None) if allowed is not None and day.sent * 2 < allowed else (step + 1, None)
