"""Declared limits become schedules: calls as far apart as the vendor allows, keyed by who shares them."""

from __future__ import annotations

from connectors.sdk.limits import Concurrency, Cost, DailyQuota, HeaderBudget, Limit, Rate
from server.outbound.vendors.limits import Spacing, budgets, spacings

SOURCE = ("vendor.example/limits", "2026-11-21")
OWNERS = {"connection": "ins_1", "account": "v/acc", "app": "v/app"}


def test_a_rate_spaces_calls_and_names_who_shares_it() -> None:
    key, spacing = spacings([Rate(100, 10, *SOURCE, per="connection")], OWNERS)[0]
    assert key == "ins_1/rate"
    assert 100_000 <= spacing.takes_us <= 105_000


def test_points_may_run_ahead_and_quotas_are_renewed_at_their_hour() -> None:
    found = dict(spacings([Cost(1000, 50, *SOURCE), DailyQuota(500, *SOURCE, reset_hour=8)], OWNERS))
    assert found["v/acc/cost"].ahead_us == 10_000_000
    assert found["v/app/dailyquota"] == Spacing(quota=500, reset_ms=8 * 3_600_000)


def test_a_budget_in_headers_has_a_schedule_that_can_be_held() -> None:
    declared: list[Limit] = [HeaderBudget("X-Left", *SOURCE, reset="X-Reset"), Concurrency(5, *SOURCE)]
    assert [(key, one.remaining, one.reset) for key, one in budgets(declared, OWNERS)] == [("v/acc/headerbudget", "x-left", "x-reset")]
    assert spacings(declared, OWNERS) == [("v/acc/headerbudget", Spacing())]
