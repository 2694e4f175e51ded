"""What a vendor allows, as numbers with their source and the day they were read. The engine's limiter keeps to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from connectors.sdk.declaring import build

Scope = Literal["connection", "account", "app"]
"""Who shares the limit: one installation, one account at the vendor, or everybody who uses our app there."""


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: float
    source: str
    checked: str
    per: Scope = "account"


@dataclass(frozen=True)
class Concurrency:
    """So many requests at the same time."""

    requests: int
    source: str
    checked: str
    per: Scope = "account"


@dataclass(frozen=True)
class HeaderBudget:
    """What is left stands in a header of each answer; `reset` is one in seconds or a time, else there is a `pause` of so many seconds.

    Where the header tells what is used, `usage` is a pattern whose groups are that and what is allowed. The share `keep` is left to others.
    """

    remaining: str
    source: str
    checked: str
    reset: str = ""
    per: Scope = "account"
    usage: str = ""
    keep: float = 0.0
    pause: float = 1.0


@dataclass(frozen=True)
class Cost:
    """A bucket of points that refills by itself; `available` is the path in the answer where its level stands."""

    points: float
    refill_per_second: float
    source: str
    checked: str
    available: str = ""
    per: Scope = "account"


@dataclass(frozen=True)
class DailyQuota:
    """So many requests a day, renewed at an hour of UTC."""

    requests: int
    source: str
    checked: str
    reset_hour: int = 0
    per: Scope = "app"


Limit = Rate | Concurrency | HeaderBudget | Cost | DailyQuota
KINDS: Final[Mapping[str, type[Limit]]] = {
    "rate": Rate,
    "concurrency": Concurrency,
    "header_budget": HeaderBudget,
    "cost": Cost,
    "daily_quota": DailyQuota,
}


def parse_limit(table: Mapping[str, Any]) -> Limit:
    """Return the limit that a table declares. Raises ValueError naming what is wrong."""
    return build(KINDS, table)
