"""The vendors' limits, kept by all workers together: every call reserves a moment in each limit's schedule before it is made.

A limit is keyed by who shares it at the vendor: one installation, one account, or everybody who uses our app. A call that would have
to wait longer than five seconds reserves nothing and gives its worker back. Where the vendor answers only so many calls at once, a call
takes a place first and its moment then: while places are what lacks nobody waits for moments, and the other way round a place is cheap.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from server.domain.retry import parse_retry_after
from server.outbound.vendors.limits import DAY_MS, Spacing
from server.store import database, vendor_paces, vendor_slots
from server.store.vendor_paces import Pace
from server.system import clock, ids

if TYPE_CHECKING:
    from server.outbound.vendors.limits import Budget

MOST_WAIT_US: Final = 5_000_000
HELD_MS: Final = 65_000
"""How long a place is held by who does not give it back: a call, and the renewal of its token, each to their deadline."""
_LOOK_SECONDS: Final = 0.05
_AT_ONCE: Final = 2
"""So many workers of one tenant and process ask for moments at once; the others wait in the tenant's own line, off the database."""
_lines: Final[WeakValueDictionary[str, BoundedSemaphore]] = WeakValueDictionary()
_making: Final = Lock()


def _line(key: str) -> BoundedSemaphore:
    """Return the line of a tenant at a limit."""
    with _making:
        found = _lines.get(key)
        if found is None:
            found = _lines[key] = BoundedSemaphore(_AT_ONCE)
        return found


@dataclass(frozen=True)
class Limiter:
    """The limits of one installation's vendor, each with the key of those who share it."""

    tenant_id: str
    mode: str
    spacings: Sequence[tuple[str, Spacing]]
    budgets: Sequence[tuple[str, Budget]]
    slots: Sequence[tuple[str, int]] = ()
    sleep: Callable[[float], None] = time.sleep
    _holder: str = field(default_factory=lambda: ids.new_id("hld"))

    def enter(self, cost: float) -> float:
        """Wait for the turn of a call. Returns 0 once it is there, and the call has to `leave`; else the seconds after which to come back."""
        if not self.spacings:
            return 0.0
        began, left = time.monotonic(), MOST_WAIT_US / 1_000_000
        line = _line(f"{self.tenant_id}/{self.mode}/{self.spacings[0][0]}")
        if not line.acquire(timeout=left):
            return left
        try:
            left = self._take_places(left - (time.monotonic() - began))
            wait = self._wait(cost, left) if left > 0 else MOST_WAIT_US / 1_000_000
        finally:
            line.release()
        if wait:
            self.leave()
        return wait

    def leave(self) -> None:
        """Give the places of a call back that is over."""
        if self.slots:
            with database.transaction():
                for key, _ in self.slots:
                    vendor_slots.give_back(key, self._holder, clock.now_ms())

    def _take_places(self, left: float) -> float:
        """Take a place of each limit on calls at once, waiting for it; returns how many seconds are left, 0 when none was free in time."""
        for key, most in self.slots:
            while left > 0 and not self._take(key, most):
                self.sleep(_LOOK_SECONDS)
                left -= _LOOK_SECONDS
        return max(left, 0.0)

    def _take(self, key: str, most: int) -> bool:
        now = clock.now_ms()
        with database.transaction():
            return vendor_slots.take(key, most, self._holder, now, now + HELD_MS)

    def _wait(self, cost: float, left: float) -> float:
        """Wait for a moment of ours, asking again where the tenant holds enough of them; gives up before `left` seconds are over."""
        while True:
            wait, reserved = self._reserve(cost)
            if wait > left and not reserved:
                return wait
            if wait > 0:
                self.sleep(wait)
            if reserved:
                return 0.0
            left -= wait

    def _reserve(self, cost: float) -> tuple[float, bool]:
        now = clock.now_ms()
        paces = [self._pace(key, spacing, cost, now) for key, spacing in self.spacings]
        with database.transaction():
            wait, reserved = vendor_paces.reserve(self.tenant_id, self.mode, paces, lambda: clock.now_ms() * 1000, MOST_WAIT_US)
        return wait / 1_000_000, reserved

    def _pace(self, key: str, spacing: Spacing, cost: float, now: int) -> Pace:
        resets = 0
        if spacing.quota:
            resets = (now - spacing.reset_ms) // DAY_MS * DAY_MS + DAY_MS + spacing.reset_ms
        return Pace(key, round(spacing.takes_us * cost), spacing.ahead_us, spacing.quota, resets * 1000)

    def observe(self, headers: Mapping[str, str], received_ms: int) -> None:
        """Stop everybody who shares a budget that an answer's headers say is used up, until it is renewed."""
        for key, budget in self.budgets:
            reason = budget.spent(headers)
            if reason:
                self._hold(key, parse_retry_after(headers.get(budget.reset, ""), received_ms) or budget.pause, reason)

    def hold_all(self, seconds: float) -> None:
        """Stop everybody who shares a limit: the vendor has asked one of us to wait."""
        for key in dict.fromkeys(key for key, _ in (*self.spacings, *self.budgets)):
            self._hold(key, seconds)

    def reason(self) -> str:
        """Return why calls have to wait, as far as the vendor said it; empty when they are only many."""
        return vendor_paces.reason([key for key, _ in self.spacings], clock.now_ms() * 1000)

    def _hold(self, key: str, seconds: float, reason: str = "") -> None:
        with database.transaction():
            vendor_paces.hold(key, (clock.now_ms() + round(seconds * 1000)) * 1000, reason)
