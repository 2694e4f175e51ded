"""The limits that a manifest declares, as what keeps them needs it: how far apart calls are, how many a day, and how many at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from connectors.sdk.limits import Concurrency, Cost, DailyQuota, HeaderBudget, Limit, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DAY_MS: Final = 86_400_000
LAST: Final = 2
"""So many calls are left in a vendor's budget when we stop before its reset."""
_MARGIN: Final = 1.05
"""Calls are spaced a little wider than the limit asks, since what is let go evenly does not arrive evenly."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Microseconds that a call takes of a schedule, how far calls may run ahead of it, and how many a day from `reset_ms` after midnight."""

    takes_us: int = 0
    ahead_us: int = 0
    quota: int = 0
    reset_ms: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """The headers, in lower case, in which a vendor says how many calls are left and when there are new ones, else in `pause` seconds.

    `usage` finds what is used and what is allowed where the first header tells that; the share `keep` of it is left to others.
    """

    remaining: str
    reset: str
    usage: str = ""
    keep: float = 0.0
    pause: float = 1.0

    def spent(self, headers: Mapping[str, str]) -> str:
        """Return in words that a budget is used up, empty when it is not or nothing is said of it."""
        told = headers.get(self.remaining, "")
        if not self.usage:
            return f"The vendor says that {told} calls are left for now." if told.isdecimal() and int(told) < LAST else ""
        found = re.search(self.usage, told)
        used, allowed = (int(found[1]), int(found[2])) if found else (0, 0)
        if not found or allowed - used > max(LAST, allowed * self.keep):
            return ""
        return f"{used:,} of the {allowed:,} calls that the vendor allows are used; the rest is left to others."


def spacings(limits: Iterable[Limit], owners: Mapping[str, str]) -> list[tuple[str, Spacing]]:
    """Return the schedules with their keys; `owners` says for connection, account and app who that is here."""
    return [(_key(limit, owners), _spacing(limit)) for limit in limits]


def _spacing(limit: Limit) -> Spacing:
    if isinstance(limit, Rate):
        return Spacing(round(limit.seconds * 1_000_000 * _MARGIN / limit.requests))
    if isinstance(limit, Cost):
        return Spacing(round(1_000_000 * _MARGIN / limit.refill_per_second), round(limit.points / limit.refill_per_second * 1_000_000 / 2))
    if isinstance(limit, DailyQuota):
        return Spacing(quota=limit.requests, reset_ms=limit.reset_hour * 3_600_000)
    return Spacing()  # takes no time of a schedule, which is there to be held when the vendor asks for a pause


def budgets(limits: Iterable[Limit], owners: Mapping[str, str]) -> list[tuple[str, Budget]]:
    """Return the budgets that answers speak of, with their keys."""
    return [
        (_key(limit, owners), Budget(limit.remaining.lower(), limit.reset.lower(), limit.usage, limit.keep, limit.pause))
        for limit in limits
        if isinstance(limit, HeaderBudget)
    ]


def slots(limits: Iterable[Limit], owners: Mapping[str, str]) -> list[tuple[str, int]]:
    """Return how many calls may be under way at once, with the keys of those who share them."""
    return [(_key(limit, owners), limit.requests) for limit in limits if isinstance(limit, Concurrency)]


def _key(limit: Limit, owners: Mapping[str, str]) -> str:
    # A vendor may have two rates for the same account, such as one a second and one an hour.
    period = f"-{limit.seconds:g}s" if isinstance(limit, Rate) else ""
    return f"{owners[limit.per]}/{type(limit).__name__.lower()}{period}"
