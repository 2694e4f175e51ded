"""A large replay beside live traffic: what is fresh keeps arriving, a kill in the middle loses nothing, and every row comes once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, kill, receiving
from tests.pace import until

LIVE_A_SECOND = 20
SINCE = "2020-01-01T00:00:00Z"


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.criterion("webhooks-15")
def test_live_traffic_keeps_four_fifths_and_a_kill_loses_nothing(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    count, stage = (20_000 if thorough else 600), Stage(tmp_path, "JUNCTION_WEBHOOKS__LEASE_SECONDS=5")
    with receiving() as receiver:
        with stage.serving() as served:
            for start in range(0, count, 200):
                operations = [{"method": "POST", "path": "/api/v1/contacts", "body": {"first_name": str(start + number)}} for number in range(200)]
                stage.call("POST", "/api/v1/batch", {"atomic": True, "operations": operations})
            (webhook_id, _) = stage.webhooks(receiver, {"late": ["contact.created"], "live": ["company.created"]}).values()
            replay = stage.call("POST", f"/api/v1/webhooks/{webhook_id}/replay", {"since": SINCE, "status": "missing"})
            time.sleep(0.5)
            kill(served)
        with stage.serving():
            began, made = time.monotonic(), 0
            while time.monotonic() - began < 5:
                stage.call("POST", "/api/v1/companies", {"name": str(made)})
                made += 1
                time.sleep(max(began + made / LIVE_A_SECOND - time.monotonic(), 0))
            time.sleep(1)
            arrived = len(receiver.counts().get("live", ()))
            until(lambda: stage.call("GET", f"/api/v1/jobs/{replay['id']}")["state"] == "completed")
            until(lambda: len(receiver.counts().get("late", ())) == count, count / 100 + 60)
            assert stage.rows(f"SELECT COUNT(*) FROM deliveries WHERE webhook_id = '{webhook_id}'") == [(count,)]  # noqa: S608
    figure(f"{arrived} of {made} live ones arrived beside a replay of {count:,}")
    assert arrived >= made * 0.8
