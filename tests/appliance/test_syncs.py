"""Syncs of the running appliance: killed in the middle of an import it goes on without a missing or repeated row, and it stays small."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, kill
from tests.appliance.tiny import installed, stage_with_tiny
from tests.bench.rig import process, wait_for
from tests.pace import until
from tests.peers.ports import free_port
from tests.server.main.program import Served
from tests.server.main.test_parent import IDLE_MB, processor_seconds, proportional_mb
from tests.server.services.syncing.vendor import TinyVendor, tiny_vendor

IDLE_SHARE = 0.01
MOST_SECONDS, MOST_GROWTH_MB = 300, 50


def contacts(stage: Stage) -> int:
    return int(stage.rows("SELECT COUNT(*) FROM contacts WHERE deleted_at IS NULL")[0][0])


@pytest.mark.criterion("connectors-12")
@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_killing_everything_during_an_import_loses_and_repeats_no_row(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    rows, kills = (20_000, 20) if thorough else (2_500, 2)
    stage = stage_with_tiny(tmp_path, "JUNCTION_WEBHOOKS__LEASE_SECONDS=5")
    with tiny_vendor() as vendor:
        vendor.fill(rows)
        with stage.serving() as served:
            address = installed(stage, vendor)
            run = f"{address}/syncs/{stage.call('POST', f'{address}/sync', {})['id']}"
            until(lambda: contacts(stage) > 0)
            kill(served)
        for number in range(1, kills):
            with stage.serving() as served:
                until(lambda goal=rows * number // kills: contacts(stage) >= goal, 120)  # type: ignore[misc]
                kill(served)
        with stage.serving():
            until(lambda: stage.call("GET", run)["finished_at"], 300)
            found = stage.call("GET", run)
        pages = [call.query.get("after", "") for call in vendor.of("GET", "/people")]
    assert (found["state"], found["error"], found["counts"]["created"]) == ("succeeded", None, rows)
    assert (contacts(stage), stage.rows("SELECT COUNT(DISTINCT email) FROM contacts")) == (rows, [(rows,)])
    assert stage.rows("SELECT COUNT(*), COUNT(DISTINCT object_id) FROM events WHERE type = 'contact.created'") == [(rows, rows)]
    repeated = len(pages) - len(set(pages))
    figure(f"{kills} kills of every process in {rows} rows, 0 missing, 0 twice, {repeated} pages read again")
    assert repeated <= kills


@pytest.mark.criterion("connectors-25")
def test_a_hundred_connections_cost_next_to_nothing_while_nothing_happens(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    stage = stage_with_tiny(tmp_path)
    with tiny_vendor() as vendor, stage.serving() as served:
        vendor.account = lambda asked: asked.headers["Authorization"]
        for number in range(100):
            installed(stage, vendor, api_key=f"key-of-customer-{number}", syncInterval=86_400)
        for key in [one["key"] for one in stage.call("GET", "/api/v1/integrations?limit=200")["data"]]:
            stage.call("GET", f"/api/v1/integrations/{key}")
        until(lambda: stage.rows("SELECT COUNT(*) FROM sync_runs WHERE finished_at IS NOT NULL") == [(100,)])
        time.sleep(15 if thorough else 0)  # what the runs have left is indexed and sealed by then
        processes = [served.process.pid, *served.children().values()]
        share = min(share_of_a_core(processes, 10 if thorough else 3) for _ in range(3 if thorough else 1))
        memory = proportional_mb(processes)
    figure(f"{memory:.0f} MB and {share:.1%} of a core with 100 connections idle")
    assert memory <= IDLE_MB
    assert not thorough or share <= IDLE_SHARE


def share_of_a_core(processes: list[int], seconds: float) -> float:
    """Return how much of one core processes use while they are left alone."""
    before, began = processor_seconds(processes), time.monotonic()
    time.sleep(seconds)
    return (processor_seconds(processes) - before) / (time.monotonic() - began)


@pytest.mark.criterion("connectors-25")
@pytest.mark.timeout(600)
def test_an_import_of_many_pages_needs_no_more_memory_than_one_of_few(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    rows, port = 100_000 if thorough else 5_000, free_port()
    stage = stage_with_tiny(tmp_path)
    with process("tests.bench.syncs", "vendor", str(port), str(rows)), stage.serving() as served:
        wait_for(port, "/me")
        address = installed(stage, TinyVendor(url=f"http://127.0.0.1:{port}"))
        run = f"{address}/syncs/{stage.call('POST', f'{address}/sync', {})['id']}"
        until(lambda: contacts(stage) > rows // 50)
        before, began = peak_mb(served), time.monotonic()
        until(lambda: stage.call("GET", run)["finished_at"], MOST_SECONDS)
        seconds, growth = time.monotonic() - began, peak_mb(served) - before
        assert stage.call("GET", run)["counts"]["created"] == rows
    figure(f"{rows} contacts in {seconds:.0f} s, the worker grew by {growth:.0f} MB")
    assert growth <= MOST_GROWTH_MB


def peak_mb(served: Served) -> float:
    """Return the most memory that the worker has had."""
    text = Path(f"/proc/{served.children()['worker']}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM:")) / 1024
