"""How long single reads and filtered lists take at a hundred requests a second, limits and log and all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import exports
from tests.bench.load import http
from tests.bench.rig import load, new_rig
from tests.pace import best

ROWS = 10_000
RATE = 100
SECONDS = 4.0


@pytest.mark.alone
@pytest.mark.timeout(200)
@pytest.mark.criterion("api-26")
def test_reads_and_filtered_lists_are_quick_at_a_hundred_requests_a_second(tmp_path: Path, figure: Callable[[str], None]) -> None:
    rig = new_rig(tmp_path / "data")
    exports.fill(f"sqlite:///{rig.database}", rig.tenant, ROWS)
    with rig.api() as port:
        found = rig.call(port, "GET", "/api/v1/contacts?limit=200")["data"]
        gets = [http("GET", f"/api/v1/contacts/{one['id']}", rig.key) for one in found]
        wanted = (f"/api/v1/contacts?limit=50&filter[email][ilike]=ada.{digit}%25&filter[title]=Analyst&sort=-created_at" for digit in range(1, 10))
        lists = [http("GET", path, rig.key) for path in wanted]
        for name, requests, most in (("single reads", gets, 50.0), ("filtered lists of 50", lists, 100.0)):
            load(port, requests, seconds=1.0, rate=RATE)
            p95 = best(lambda requests=requests: load(port, requests, seconds=SECONDS, rate=RATE)["p95_ms"], most)  # type: ignore[misc]
            figure(f"{name}: p95 {p95:.1f} ms at {RATE}/s")
            assert p95 < most
