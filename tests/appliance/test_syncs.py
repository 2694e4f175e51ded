"""Syncs of the running appliance: killed in the middle of an import it goes on without a missing or repeated row, and idle it costs little."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, kill
from tests.appliance.tiny import installed, stage_with_tiny
from tests.server.main.program import until
from tests.server.services.syncing.vendor import tiny_vendor


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
            assert until(lambda: contacts(stage) > 0, 60)
            kill(served)
        for number in range(1, kills):
            with stage.serving() as served:
                assert until(lambda goal=rows * number // kills: contacts(stage) >= goal, 120)
                kill(served)
        with stage.serving():
            assert until(lambda: stage.call("GET", run)["finished_at"], 300)
            found = stage.call("GET", run)
        pages = [call.query.get("after", "") for call in vendor.of("GET", "/people")]
    assert (found["state"], found["error"], found["counts"]["created"]) == ("succeeded", None, rows)
    assert (contacts(stage), stage.rows("SELECT COUNT(DISTINCT email) FROM contacts")) == (rows, [(rows,)])
    assert stage.rows("SELECT COUNT(*), COUNT(DISTINCT object_id) FROM events WHERE type = 'contact.created'") == [(rows, rows)]
    repeated = len(pages) - len(set(pages))
    figure(f"{kills} kills of every process in {rows} rows, 0 missing, 0 twice, {repeated} pages read again")
    assert repeated <= kills
