"""Figures of a webhook and of all: what became of everything accepted, how quickly receivers answer, and how long anything is due."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain.permissions import permit
from server.services.deliveries import webhook_of
from server.store import attempts, deliveries
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor

RECENT: Final = 500
"""How many of the newest finished deliveries the percentiles are taken from."""
SHARES: Final = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}


class CountsView(BaseModel):
    """What became of everything accepted: accepted = delivered + pending + held + dead + cancelled, always."""

    object: str
    accepted: int
    delivered: int
    pending: int
    held: int
    dead: int
    cancelled: int
    oldest_due_seconds: float


class StatsView(CountsView):
    """Figures of one webhook. Success and times are those of its newest finished deliveries, null while it has none."""

    webhook_id: str
    failure_count: int
    last_triggered: str | None
    success_rate: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


def of_webhook(actor: Actor, webhook_id: str) -> dict[str, Any]:
    """Return the figures of a webhook."""
    permit(actor, "webhooks:read")
    row = webhook_of(actor, webhook_id)
    counts = deliveries.counts(actor.tenant_id, actor.mode, webhook_id)
    newest = {state: deliveries.newest(actor.tenant_id, actor.mode, webhook_id, state, RECENT) for state in ("delivered", "dead")}
    taken = sorted(attempts.durations(actor.tenant_id, actor.mode, newest["delivered"]))
    triggered = None if row["last_triggered"] is None else clock.rfc3339(row["last_triggered"])
    return {
        **_counted("webhook_stats", counts, deliveries.oldest_due(actor.tenant_id, actor.mode, webhook_id, clock.now_ms())),
        "webhook_id": webhook_id,
        "failure_count": row["failure_count"],
        "last_triggered": triggered,
        "success_rate": _share(newest),
        **{name: percentile(taken, share) for name, share in SHARES.items()},
    }


def of_all(actor: Actor) -> dict[str, Any]:
    """Return the figures of all webhooks of the tenant together, removed ones too."""
    permit(actor, "webhooks:read")
    counts = deliveries.counts(actor.tenant_id, actor.mode, None)
    return _counted("delivery_stats", counts, deliveries.oldest_due(actor.tenant_id, actor.mode, None, clock.now_ms()))


def _counted(noun: str, counts: dict[str, int], oldest_due_at: int | None) -> dict[str, Any]:
    waited = 0 if oldest_due_at is None else max(clock.now_ms() - oldest_due_at, 0)
    return {"object": noun, "accepted": sum(counts.values()), **counts, "oldest_due_seconds": waited / 1000}


def _share(newest: dict[str, list[str]]) -> float | None:
    """Return how many of the newest finished deliveries succeeded; ids tell which are the newest."""
    finished = sorted([(one, state) for state, found in newest.items() for one in found], reverse=True)[:RECENT]
    return sum(state == "delivered" for _, state in finished) / len(finished) if finished else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest of the sorted values that so many of them do not exceed; None when there are none."""
    return values[max(ceil(len(values) * share) - 1, 0)] if values else None
