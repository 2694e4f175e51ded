"""The limits that a manifest declares, as what a schedule needs: how far apart calls are, and how many may come at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from connectors.sdk.limits import Cost, DailyQuota, HeaderBudget, Limit, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DAY_MS: Final = 86_400_000
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
    """The headers, in lower case, in which a vendor says how many calls are left and when there are new ones."""

    remaining: str
    reset: str


def spacings(limits: Iterable[Limit], owners: Mapping[str, str]) -> list[tuple[str, Spacing]]:
    """Return the schedules with their keys; `owners` says for connection, account and app who that is here."""
    found = ((limit, _spacing(limit)) for limit in limits)
    return [(_key(limit, owners), spacing) for limit, spacing in found if spacing is not None]


def _spacing(limit: Limit) -> Spacing | None:
    if isinstance(limit, Rate):
        return Spacing(round(limit.seconds * 1_000_000 * _MARGIN / limit.requests))
    if isinstance(limit, Cost):
        return Spacing(round(1_000_000 * _MARGIN / limit.refill_per_second), round(limit.points / limit.refill_per_second * 1_000_000 / 2))
    if isinstance(limit, HeaderBudget):
        return Spacing()
    if isinstance(limit, DailyQuota):
        return Spacing(quota=limit.requests, reset_ms=limit.reset_hour * 3_600_000)
    return None


def budgets(limits: Iterable[Limit], owners: Mapping[str, str]) -> list[tuple[str, Budget]]:
    """Return the budgets that answers speak of, with their keys."""
    return [(_key(limit, owners), Budget(limit.remaining.lower(), limit.reset.lower())) for limit in limits if isinstance(limit, HeaderBudget)]


def _key(limit: Limit, owners: Mapping[str, str]) -> str:
    return f"{owners[limit.per]}/{type(limit).__name__.lower()}"
