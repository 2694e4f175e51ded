"""The overview's numbers: rates between two readings, also across a restart."""

from __future__ import annotations

import dataclasses

import pytest

from app.client import metrics
from app.client.cancellation import Cancellation
from app.main.demonstration import Demonstration
from app.pages import overview

TEXT = """junction_request_seconds_count{route="a",status="2xx"} 90
junction_request_seconds_count{route="a",status="5xx"} 10
junction_request_seconds_sum{route="a"} 2.0
junction_deliveries_total{outcome="delivered"} 3
junction_deliveries_total{outcome="failed"} 2
junction_queue_depth 7
"""
BEFORE = overview.reading(metrics.parsed(TEXT), 100.0)


def test_a_reading_holds_what_is_shown() -> None:
    assert (BEFORE.requests, BEFORE.failures, BEFORE.attempts, BEFORE.failed_attempts, BEFORE.queue) == (100, 10, 5, 2, 7)


def test_rates_are_what_happened_in_between() -> None:
    after = dataclasses.replace(BEFORE, at=102.0, requests=140, failures=12, attempts=9, failed_attempts=3, seconds=2.4)
    found = overview.rates(BEFORE, after)
    assert (found.requests, found.failures, found.attempts, found.failed_attempts) == (20, 1, 2, 0.5)
    assert found.milliseconds == pytest.approx(10)


def test_an_appliance_that_was_restarted_counts_from_nothing() -> None:
    assert overview.rates(BEFORE, dataclasses.replace(BEFORE, at=102.0, requests=3)) == overview.Rates()


def test_what_needs_a_look_comes_first() -> None:
    parts = [{"name": name, "state": state} for name, state in (("a", "ok"), ("b", "failing"), ("c", "off"), ("d", "warning"))]
    assert [part["name"] for part in overview.components({"components": parts})] == ["b", "d", "a", "c"]


def test_a_real_appliance_is_read(demonstration: Demonstration) -> None:
    health, reading, mail = overview.read(demonstration.api, 1.0, Cancellation())
    assert mail is None
    within = overview.read(demonstration.api.inside(demonstration.tenant_id), 1.0, Cancellation())[2]
    assert within is not None
    assert within["sent"] >= 0
    assert {part["name"] for part in health["components"]} >= {"database", "queue", "worker"}
    assert reading.requests > 0
    assert reading.seconds > 0
