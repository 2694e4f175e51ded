"""Limits over four real processes: exact under load, and never in the way of a client that heeds the headers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import limits
from tests.bench.limits import Outcome
from tests.bench.rig import new_rig


@pytest.mark.criterion("api-16")
@pytest.mark.timeout(180)
def test_four_processes_admit_exactly_the_quota_and_refuse_nobody_who_heeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    for name, value in (("QUOTA", 400), ("FLOOD_SECONDS", 8.0), ("HEEDING_SECONDS", 5.0)):
        monkeypatch.setattr(limits, name, value)
    flooded, heeded = limits.measure(new_rig(tmp_path / "data"))
    figure(f"{flooded.admitted} of 400 admitted, {flooded.refused} refused; {heeded.admitted} heeding requests, {heeded.refused} refused")
    assert flooded.admitted == 400
    assert flooded.refused > 0
    assert heeded == Outcome(heeded.admitted, 0)
    assert heeded.admitted > 50
