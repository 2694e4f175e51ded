"""One event to a thousand webhooks: committed within a second, while others write as fast as before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, Writers
from tests.pace import quickest, until

WEBHOOKS = 1000


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.criterion("webhooks-7")
def test_an_event_for_a_thousand_webhooks_is_committed_within_a_second(tmp_path: Path, figure: Callable[[str], None]) -> None:
    stage = Stage(tmp_path, f"JUNCTION_WEBHOOKS__MAX_PER_TENANT={WEBHOOKS}")
    with stage.serving():
        for number in range(WEBHOOKS):
            stage.call("POST", "/api/v1/webhooks", {"name": str(number), "url": "http://127.0.0.1:9/", "events": ["deal.created"]})
        made: dict[str, str] = {}
        taken = quickest(lambda: made.update(stage.call("POST", "/api/v1/deals", {"name": "Deal"})), 1.0)
        owed = stage.rows(f"SELECT COUNT(*) FROM deliveries d JOIN events e ON e.id = d.event_id WHERE e.object_id = '{made['id']}'")  # noqa: S608
        assert owed == [(WEBHOOKS,)], "the answer means that all of them are there"
        with Writers(stage, 2, pause=0.01) as writers:
            until(lambda: len(writers.acknowledged) > 20)
    figure(f"{WEBHOOKS} rows in {taken * 1000:.0f} ms")
    assert taken <= 1.0
