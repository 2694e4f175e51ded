"""Gauges: figures of the whole appliance that are read from its rows."""

from __future__ import annotations

from typing import Final

from server.store import deliveries
from server.system import clock, metrics

COUNTED_UP_TO: Final = 100_000
"""Beyond this a count says only that there are so many at least: counting a million rows tells an operator nothing more."""


def refresh() -> None:
    """Read the queue's depth, its oldest delivery, and how many are held and dead."""
    now = clock.now_ms()
    depth, oldest = deliveries.depth(now, COUNTED_UP_TO)
    metrics.QUEUE_DEPTH.put(depth)
    metrics.OLDEST_DUE_SECONDS.put(0.0 if oldest is None else max(now - oldest, 0) / 1000)
    metrics.HELD.put(deliveries.count_in("held", COUNTED_UP_TO))
    metrics.DEAD.put(deliveries.count_in("dead", COUNTED_UP_TO))
