"""The gauges say what the rows say."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.services import gauges
from server.store import database, deliveries
from server.system import clock, metrics


def shown(gauge: metrics.Gauge) -> float:
    return gauge.kept[()][0]


@pytest.mark.criterion("webhooks-25")
def test_depth_age_held_and_dead_are_read_from_the_rows(alice: Actor) -> None:
    now = clock.now_ms()
    with database.transaction():
        for number, (state, at) in enumerate([("pending", now - 7_000), ("pending", now + 60_000), ("held", now), ("held", now), ("dead", now)]):
            deliveries.insert(alice.tenant_id, "live", [(f"dlv_{number}", "whk_1", state, None)], (f"evt_{number}", "contact.created"), at)
    gauges.refresh()
    assert (shown(metrics.QUEUE_DEPTH), shown(metrics.HELD), shown(metrics.DEAD)) == (1, 2, 1)
    assert 7 <= shown(metrics.OLDEST_DUE_SECONDS) < 60
