"""Limits are read with their source and day."""

from __future__ import annotations

import pytest

from connectors.sdk.limits import KINDS, DailyQuota, Rate, parse_limit

URL, DAY = "https://vendor.example/limits", "2026-08-21"
SOURCE = {"source": URL, "checked": DAY}


def test_a_table_makes_a_limit() -> None:
    assert parse_limit({"kind": "rate", "requests": 5, "seconds": 1.0, **SOURCE}) == Rate(5, 1.0, URL, DAY)
    assert parse_limit({"kind": "daily_quota", "requests": 10_000, **SOURCE}) == DailyQuota(10_000, URL, DAY)


@pytest.mark.parametrize("kind", KINDS)
def test_no_limit_goes_without_a_source(kind: str) -> None:
    with pytest.raises(ValueError, match=r"source|checked"):
        parse_limit({"kind": kind})
