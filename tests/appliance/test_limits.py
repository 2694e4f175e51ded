"""Limits over four real processes: exact under load, nearly so with Redis, and never in the way of a client that heeds the headers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import limits
from tests.bench.limits import Outcome
from tests.bench.rig import QUEUE_URL, new_rig

SECONDS = 8.0


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for less, and for a shorter time."""
    monkeypatch.setattr(limits, "QUOTA", 400)
    monkeypatch.setattr(limits, "FLOOD_SECONDS", SECONDS)


@pytest.mark.criterion("api-16")
@pytest.mark.timeout(180)
def test_four_processes_admit_exactly_the_quota_and_refuse_nobody_who_heeds(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with limits.served(new_rig(tmp_path / "data")) as door:
        flooded, heeded = limits.flooded(door), limits.heeded(door, 5)
    figure(f"{flooded.admitted} of 400 admitted, {flooded.refused} refused; {heeded.admitted} heeding requests, {heeded.refused} refused")
    assert flooded.admitted == 400
    assert flooded.refused > 0
    assert heeded == Outcome(heeded.admitted, 0)
    assert heeded.admitted > 50


@pytest.mark.criterion("api-16")
@pytest.mark.timeout(180)
def test_four_processes_that_share_a_redis_admit_the_quota_within_one_in_a_hundred(
    tmp_path: Path, redis_url: str, figure: Callable[[str], None]
) -> None:
    with limits.served(new_rig(tmp_path / "data", **{QUEUE_URL: redis_url})) as door:
        flooded = limits.flooded(door)
    said, held = limits.flooded_line("Redis", flooded, limits.REDIS_ALLOWANCE)
    figure(f"{flooded.admitted} of 400 admitted with Redis, {flooded.refused} refused")
    assert held, said
