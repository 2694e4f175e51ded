"""Vendors' limits hold for all workers together, and whoever has few of them waits no longer than his share."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.sdk.limits import Concurrency, Cost, DailyQuota, HeaderBudget, Rate
from server.domain.actor import Actor
from server.outbound.vendors import limits
from server.services.syncing.limiting import Limiter
from server.store import database
from server.system import clock

SOURCE = ("vendor.example/limits", "2026-11-21")
OWNERS = {"connection": "ins_1", "account": "tiny/acc_1", "app": "tiny/app_1"}


def limiter(tenant: str, *declared: object, **owners: str) -> Limiter:
    everybody = {**OWNERS, **owners}
    kept = (limits.spacings, limits.budgets, limits.slots)
    return Limiter(tenant, "live", *(one(declared, everybody) for one in kept))  # type: ignore[arg-type]


def most_in(moments: list[float], seconds: float) -> int:
    """Return the most moments in any window of that length."""
    ordered = sorted(moments)
    return max(sum(1 for other in ordered[index:] if other - one < seconds) for index, one in enumerate(ordered))


@pytest.mark.criterion("connectors-22")
@pytest.mark.alone
def test_twenty_tenants_keep_one_limit_together_and_the_quietest_waits_its_share(
    opened: str, database_kind: str, figure: Callable[[str], None]
) -> None:
    allowed, seconds = 100, 4.0
    workers = {f"ten_{number}": 8 if database_kind == "sqlite" else 2 for number in range(19)} | {"ten_quiet": 1}
    calls: dict[str, list[float]] = defaultdict(list)
    waits: list[float] = []
    ends = time.monotonic() + seconds

    def work(tenant: str) -> None:
        shared = limiter(tenant, Rate(allowed, 1.0, *SOURCE, per="app"))
        while time.monotonic() < ends:
            begun = time.monotonic()
            if shared.enter(1.0):
                continue
            calls[tenant].append(time.monotonic())
            if tenant == "ten_quiet":
                waits.append(time.monotonic() - begun)
        database.close()

    threads = [threading.Thread(target=work, args=(tenant,)) for tenant, count in workers.items() for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [moment for moments in calls.values() for moment in moments]
    share, most = len(workers) / allowed, most_in(everything, 1.0)
    figure(f"{most} calls in the worst second of {allowed} allowed, quietest waits {max(waits):.2f} s, share {share:.2f} s")
    assert most <= allowed * 1.01
    assert len(everything) >= allowed * seconds * 0.6
    assert sorted(waits)[len(waits) // 2] <= 2 * share + 0.1


@pytest.mark.criterion("connectors-22")
def test_a_daily_quota_of_the_whole_app_is_kept_across_tenants_and_renewed_at_its_hour(opened: str) -> None:
    quota = DailyQuota(5, *SOURCE, reset_hour=3)
    noon = clock.parse_rfc3339("2026-11-21T12:00:00Z")
    with clock.frozen(noon) as held:
        taken = [limiter(f"ten_{number}", quota).enter(1.0) for number in range(8)]
        assert taken[:5] == [0.0] * 5
        assert taken[5:] == [15 * 3600.0] * 3
        held.advance(15 * 3_600_000)
        assert limiter("ten_7", quota).enter(1.0) == 0.0


def test_limits_of_different_accounts_do_not_touch(opened: str) -> None:
    slow = Rate(1, 60.0, *SOURCE)
    with clock.frozen(1_000_000):
        assert limiter("ten_1", slow).enter(1.0) == 0.0
        assert limiter("ten_1", slow).enter(1.0) > 5
        assert limiter("ten_1", slow, account="tiny/acc_2").enter(1.0) == 0.0


def test_points_are_spent_by_their_cost_and_refill(opened: str) -> None:
    points = Cost(1000, 50, *SOURCE)
    with clock.frozen(10_000_000) as held:
        spent = 0
        while spent < 5_000 and replace(limiter("ten_1", points), sleep=lambda seconds: held.advance(round(seconds * 1000))).enter(100.0) == 0.0:
            spent += 100
        passed = (held.at_ms - 10_000_000) / 1000
        assert spent <= 1000 + 50 * passed
        assert passed <= 5_000 / 50


def test_a_budget_that_an_answer_says_is_used_up_stops_everybody_until_its_reset(opened: str) -> None:
    declared = (Rate(1000, 1.0, *SOURCE), HeaderBudget("X-Left", *SOURCE, reset="X-Reset"))
    with clock.frozen(10_000_000) as held:
        limiter("ten_1", *declared).observe({"x-left": "50"}, held.at_ms)
        assert limiter("ten_1", *declared).enter(1.0) == 0.0
        limiter("ten_1", *declared).observe({"x-left": "0", "x-reset": "60"}, held.at_ms)
        other = limiter("ten_2", *declared)
        assert other.enter(1.0) == pytest.approx(60, abs=1)
        held.advance(61_000)
        assert other.enter(1.0) == 0.0


@pytest.mark.criterion("connectors-23")
def test_a_pause_that_one_worker_was_asked_for_holds_for_all(alice: Actor) -> None:
    rate = Rate(1000, 1.0, *SOURCE)
    with clock.frozen(10_000_000) as held:
        limiter("ten_1", rate).hold_all(30)
        assert limiter("ten_2", rate).enter(1.0) == pytest.approx(30, abs=1)
        held.advance(30_001)
        assert limiter("ten_2", rate).enter(1.0) == 0.0


@pytest.mark.criterion("connectors-22")
def test_no_more_calls_are_under_way_at_once_than_the_vendor_answers(opened: str, figure: Callable[[str], None]) -> None:
    most, workers, rounds = 3, 12, 6
    under_way, worst, done = 0, 0, 0
    turn = threading.Lock()

    def work(tenant: str) -> None:
        nonlocal under_way, worst, done
        shared = limiter(tenant, Concurrency(most, *SOURCE))
        left = rounds
        while left:
            if shared.enter(1.0):
                continue
            with turn:
                under_way += 1
                worst = max(worst, under_way)
            time.sleep(0.005)
            with turn:
                under_way -= 1
                done += 1
            shared.leave()
            left -= 1
        database.close()

    threads = [threading.Thread(target=work, args=(f"ten_{number % 4}",)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figure(f"{done} calls of {workers} workers, at most {worst} at once of {most} allowed")
    assert (done, worst <= most) == (workers * rounds, True)


def test_a_call_that_finds_no_place_in_time_is_to_come_back_and_holds_nothing(opened: str) -> None:
    declared = (Concurrency(1, *SOURCE), Rate(1, 60.0, *SOURCE))
    with clock.frozen(10_000_000) as held:
        first = limiter("ten_1", *declared)
        assert first.enter(1.0) == 0.0
        waited: list[float] = []
        assert replace(limiter("ten_2", *declared), sleep=waited.append).enter(1.0) > 0
        assert sum(waited) == pytest.approx(5, abs=0.2)
        first.leave()
        assert replace(limiter("ten_2", *declared), sleep=waited.append).enter(1.0) > 5, "it is the rate that it waits for now"
        held.advance(64_000)
        assert limiter("ten_3", *declared).enter(1.0) == 0.0, "who waited for the rate has left its place"
