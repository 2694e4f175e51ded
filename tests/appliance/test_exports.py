"""A hundred thousand records leave the appliance, and its processes hardly grow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import exports
from tests.bench.rig import new_rig

DIRECT = {"sqlite": ("csv",), "postgresql": ("csv",)}
JOBS = {"sqlite": ("xlsx",), "postgresql": ("xml",)}


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.criterion("api-22")
def test_an_export_of_a_hundred_thousand_records_keeps_memory_under_a_hundred_megabytes(
    database_kind: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    monkeypatch.setenv("JUNCTION_DATABASE__URL", database_url)
    rig = new_rig(tmp_path / "data")
    exports.fill(database_url, rig.tenant)
    for way, measured in (("sent", exports.direct(rig, DIRECT[database_kind])), ("made by a job", exports.as_jobs(rig, JOBS[database_kind]))):
        for name, (seconds, grown, size) in measured.items():
            figure(f"{name} {way} on {database_kind}: {size / 1e6:.0f} MB in {seconds:.0f} s, memory +{grown:.0f} MB")
            assert size > 1_000_000
            assert grown < exports.MOST_MEGABYTES
