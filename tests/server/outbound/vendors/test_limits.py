"""Declared limits become schedules: calls as far apart as the vendor allows, keyed by who shares them."""

from __future__ import annotations

from connectors.sdk.limits import Concurrency, Cost, DailyQuota, HeaderBudget, Limit, Rate
from server.outbound.vendors.limits import Spacing, budgets, slots, spacings

SOURCE = ("vendor.example/limits", "2026-11-21")
OWNERS = {"connection": "ins_1", "account": "v/acc", "app": "v/app"}


def test_a_rate_spaces_calls_and_names_who_shares_it() -> None:
    key, spacing = spacings([Rate(100, 10, *SOURCE, per="connection")], OWNERS)[0]
    assert key == "ins_1/rate-10s"
    assert 100_000 <= spacing.takes_us <= 105_000


def test_points_may_run_ahead_and_quotas_are_renewed_at_their_hour() -> None:
    found = dict(spacings([Cost(1000, 50, *SOURCE), DailyQuota(500, *SOURCE, reset_hour=8)], OWNERS))
    assert found["v/acc/cost"].ahead_us == 10_000_000
    assert found["v/app/dailyquota"] == Spacing(quota=500, reset_ms=8 * 3_600_000)


def test_a_budget_in_headers_has_a_schedule_that_can_be_held() -> None:
    declared: list[Limit] = [HeaderBudget("X-Left", *SOURCE, reset="X-Reset"), Concurrency(5, *SOURCE)]
    assert [(key, one.remaining, one.reset) for key, one in budgets(declared, OWNERS)] == [("v/acc/headerbudget", "x-left", "x-reset")]
    assert spacings(declared, OWNERS) == [("v/acc/headerbudget", Spacing()), ("v/acc/concurrency", Spacing())]


def test_two_rates_of_one_account_are_kept_apart() -> None:
    declared = [Rate(10, 1, *SOURCE), Rate(1000, 3600, *SOURCE)]
    assert [key for key, _ in spacings(declared, OWNERS)] == ["v/acc/rate-1s", "v/acc/rate-3600s"]


def test_calls_at_once_are_counted_for_those_who_share_them() -> None:
    assert slots([Concurrency(5, *SOURCE), Rate(1, 1, *SOURCE), Concurrency(9, *SOURCE, per="app")], OWNERS) == [
        ("v/acc/concurrency", 5),
        ("v/app/concurrency", 9),
    ]
