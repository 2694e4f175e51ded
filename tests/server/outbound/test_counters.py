"""Counters in Redis: never more than the quota over all who share it, and less than one per cent below it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.outbound.counters import LeasedCounters
from server.services.limits import Limiter, Tier, Window, allow
from server.system import clock, ids
from server.system.counters import Meter

LONG_MS = 60_000


@pytest.fixture
def opened_counters(redis_url: str) -> Iterator[Callable[[], LeasedCounters]]:
    """Yield what opens the counters of one more process."""
    opened: list[LeasedCounters] = []

    def another() -> LeasedCounters:
        opened.append(LeasedCounters(redis_url))
        return opened[-1]

    yield another
    for one in opened:
        one.close()


def meter(quota: int, period_ms: int = LONG_MS) -> Meter:
    return Meter(ids.new_id("counted"), quota, period_ms)


def admitted(counters: LeasedCounters, meters: list[Meter], most: int, units: int = 1) -> int:
    """Ask until refused, and return how often it was granted."""
    for count in range(most):
        if not counters.take(meters, units, clock.now_ms())[0]:
            return count
    return most


@pytest.mark.criterion("api-16")
def test_four_processes_at_once_stay_within_one_per_cent_below_the_quota(
    opened_counters: Callable[[], LeasedCounters], figure: Callable[[str], None]
) -> None:
    counted = meter(3000)
    processes = [opened_counters() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda one: admitted(one, [counted], 3001), processes))
    figure(f"{sum(counts)} of 3000 admitted, {counts} by each of four processes")
    assert 2970 <= sum(counts) <= 3000


@pytest.mark.criterion("api-16")
def test_a_process_without_traffic_keeps_less_than_one_per_cent(opened_counters: Callable[[], LeasedCounters]) -> None:
    counted = meter(2000)
    idle = [opened_counters() for _ in range(3)]
    for one in idle:
        one.take([counted], 1, clock.now_ms())
    assert 1980 <= 3 + admitted(opened_counters(), [counted], 2001) <= 2000


def test_small_quotas_are_exact(opened_counters: Callable[[], LeasedCounters]) -> None:
    one, other, counted = opened_counters(), opened_counters(), meter(5)
    outcomes = [counters.take([counted], 1, clock.now_ms()) for counters in (one, other, one, other, one, other)]
    assert [fits for fits, _ in outcomes] == [True] * 5 + [False]
    assert [used for _, ((used, _),) in outcomes] == [1, 2, 3, 4, 5, 5]
    assert not one.take([counted], 1, clock.now_ms())[0]


def test_of_several_meters_all_count_or_none(opened_counters: Callable[[], LeasedCounters]) -> None:
    counters, other = opened_counters(), opened_counters()
    narrow, wide = meter(2), meter(50)
    assert admitted(counters, [wide, narrow], 9) == 2
    assert admitted(other, [wide], 99) == 48


def test_units_are_taken_together(opened_counters: Callable[[], LeasedCounters]) -> None:
    one, other, counted = opened_counters(), opened_counters(), meter(10)
    assert [counters.take([counted], 4, clock.now_ms())[0] for counters in (one, other, one)] == [True, True, False]
    assert admitted(other, [counted], 9) == 2


def test_who_comes_back_when_told_is_let_in_by_every_process(opened_counters: Callable[[], LeasedCounters]) -> None:
    one, other, counted = opened_counters(), opened_counters(), meter(3, 200)
    for _ in range(3):
        assert admitted(one, [counted], 9) == 3
        fits, ((_, end),) = other.take([counted], 1, clock.now_ms())
        assert not fits
        time.sleep(max(end - clock.now_ms(), 0) / 1000)


@pytest.mark.criterion("api-16")
def test_a_client_that_heeds_what_remains_is_never_refused_wherever_it_asks(opened_counters: Callable[[], LeasedCounters]) -> None:
    allowance = allow(Tier("gold", (Window("second", 2000, 1), Window("minute", 5000, 60))), {"tenant": ids.new_id("ten")})
    limiters = [Limiter(opened_counters()) for _ in range(3)]
    counts, turn = 0, 0
    ends = time.monotonic() + 3
    while time.monotonic() < ends:
        verdict = limiters[turn := (turn * 7 + 5) % 3].take(allowance, "/api/v1/contacts")
        assert verdict.allowed, (counts, verdict)
        counts += 1
        if verdict.remaining == 0:
            if verdict.reset > 2:
                break
            time.sleep(verdict.reset)
    assert counts > 2000


def test_only_what_asks_for_a_block_waits(opened_counters: Callable[[], LeasedCounters]) -> None:
    counters, counted, small = opened_counters(), meter(5000), meter(1)
    assert counters.is_remote
    assert counters.waits([counted], 1, clock.now_ms())
    counters.take([counted], 1, clock.now_ms())
    assert not counters.waits([counted], 1, clock.now_ms())
    assert counters.waits([counted, small], 1, clock.now_ms())
    counters.take([small], 1, clock.now_ms())
    assert not counters.waits([small], 1, clock.now_ms())
    assert counters.peek([counted, small, meter(9)], now := clock.now_ms()) == [
        (1, counters.peek([counted], now)[0][1]),
        (1, counters.peek([small], now)[0][1]),
        (0, now),
    ]


def test_without_redis_a_process_counts_for_itself() -> None:
    counters, counted = LeasedCounters("redis://127.0.0.1:1/0"), meter(2)
    assert admitted(counters, [counted], 9) == 2
    assert not counters.waits([counted], 1, clock.now_ms())
    counters.close()
