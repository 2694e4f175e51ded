"""The vendors' limits, kept by all workers together: every call reserves a moment in each limit's schedule before it is made.

A limit is keyed by who shares it at the vendor: one installation, one account, or everybody who uses our app. A call that would have
to wait longer than five seconds reserves nothing and gives its worker back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.retry import parse_retry_after
from server.outbound.vendors.limits import DAY_MS, Spacing
from server.store import database, vendor_paces
from server.store.vendor_paces import Pace
from server.system import clock

if TYPE_CHECKING:
    from server.outbound.vendors.limits import Budget

MOST_WAIT_US: Final = 5_000_000
_LAST: Final = 2
"""So many calls are left in a vendor's budget when we stop before its reset."""


@dataclass(frozen=True)
class Limiter:
    """The limits of one installation's vendor, each with the key of those who share it."""

    tenant_id: str
    mode: str
    spacings: Sequence[tuple[str, Spacing]]
    budgets: Sequence[tuple[str, Budget]]
    sleep: Callable[[float], None] = time.sleep

    def enter(self, cost: float) -> float:
        """Wait for the turn of a call. Returns 0 once it is there, else the seconds after which to come back."""
        if not self.spacings:
            return 0.0
        now = clock.now_ms()
        paces = [self._pace(key, spacing, cost, now) for key, spacing in self.spacings]
        with database.transaction():
            wait = vendor_paces.reserve(self.tenant_id, self.mode, paces, now * 1000, MOST_WAIT_US)
        if wait > MOST_WAIT_US:
            return wait / 1_000_000
        if wait:
            self.sleep(wait / 1_000_000)
        return 0.0

    def _pace(self, key: str, spacing: Spacing, cost: float, now: int) -> Pace:
        resets = 0
        if spacing.quota:
            resets = (now - spacing.reset_ms) // DAY_MS * DAY_MS + DAY_MS + spacing.reset_ms
        return Pace(key, round(spacing.takes_us * cost), spacing.ahead_us, spacing.quota, resets * 1000)

    def observe(self, headers: Mapping[str, str], received_ms: int) -> None:
        """Stop everybody who shares a budget that an answer's headers say is used up, until it is renewed."""
        for key, budget in self.budgets:
            left = headers.get(budget.remaining, "")
            if left.isdecimal() and int(left) < _LAST:
                self._hold(key, parse_retry_after(headers.get(budget.reset, ""), received_ms) or 1.0)

    def hold_all(self, seconds: float) -> None:
        """Stop everybody who shares a limit: the vendor has asked one of us to wait."""
        for key in dict.fromkeys(key for key, _ in (*self.spacings, *self.budgets)):
            self._hold(key, seconds)

    def _hold(self, key: str, seconds: float) -> None:
        with database.transaction():
            vendor_paces.hold(key, (clock.now_ms() + round(seconds * 1000)) * 1000)
