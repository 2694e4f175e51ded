"""Moments are given out as far apart as the limit wants, at most two to a tenant at a time, and none while everybody is held."""

from __future__ import annotations

from server.store import database, vendor_paces
from server.store.vendor_paces import Pace

RATE = Pace("v/app/rate", 100)
MOST = 5_000


def reserve(tenant: str, now: int, *paces: Pace) -> tuple[int, bool]:
    with database.transaction():
        return vendor_paces.reserve(tenant, "live", list(paces or (RATE,)), lambda: now, MOST)


def test_tenants_take_turns_and_hold_two_moments_at_most(opened: str) -> None:
    assert [reserve("a", 1_000), reserve("a", 1_000), reserve("a", 1_000)] == [(0, True), (100, True), (200, True)]
    wait, reserved = reserve("a", 1_000)
    assert (wait, reserved) == (100, False)
    assert reserve("b", 1_000) == (300, True)


def test_calls_may_run_ahead_as_far_as_the_pace_says(opened: str) -> None:
    burst = Pace("v/acc/cost", 100, 250)
    assert [reserve(name, 1_000, burst)[0] for name in "abcde"] == [0, 0, 0, 50, 150]


def test_a_call_counts_on_every_pace_or_on_none(opened: str) -> None:
    spent = Pace("v/app/quota", 0, quota=1, resets_at=100_000)
    assert reserve("a", 1_000, RATE, spent) == (0, True)
    assert reserve("b", 1_000, RATE, spent) == (99_000, False)
    assert reserve("b", 1_000, RATE) == (100, True)
    assert reserve("b", 100_000, spent)[1]


def test_who_is_held_waits_for_the_end_and_what_is_over_is_forgotten(opened: str) -> None:
    with database.transaction():
        vendor_paces.hold("v/app/rate", 4_000, "95 of 100 calls are used.")
        vendor_paces.hold("v/app/rate", 2_000, "A shorter pause.")
    assert vendor_paces.reason(["v/app/quota", "v/app/rate"], 1_000) == "95 of 100 calls are used."
    assert [vendor_paces.reason(keys, 5_000) for keys in ([], ["v/app/rate"])] == ["", ""]
    assert reserve("a", 1_000) == (3_000, True)
    with database.transaction():
        vendor_paces.prune(1_000_000)
    assert reserve("a", 1_000) == (0, True)
