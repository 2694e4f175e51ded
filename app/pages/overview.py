"""The state of the whole appliance as numbers: what two readings of its measurements come to. It knows no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.client import metrics
from app.client.api import Api, Row
from app.client.cancellation import Cancellation
from app.client.metrics import Samples

PARTS: Final = {
    "database": "Database",
    "queue": "Queue",
    "worker": "Worker",
    "disk": "Disk",
    "certificate": "Certificate",
    "master_key": "Master key",
    "mail": "Mail",
    "inbound": "Inbound",
    "blocklists": "Blocklists",
}
FIGURES: Final = ("Requests a second", "Mean answer", "Queue", "Oldest due", "Dead letters", "Mail delivered")
STATES: Final = {"ok": "Everything works", "warning": "Something needs a look", "failing": "Something is broken", "off": "Switched off"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured at one moment; totals only grow."""

    at: float
    requests: float
    failures: float
    attempts: float
    failed_attempts: float
    queue: float
    oldest_seconds: float
    dead: float
    held: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Rates:
    """What happened between two readings, per second; `milliseconds` is the mean time of an answer."""

    requests: float = 0.0
    failures: float = 0.0
    attempts: float = 0.0
    failed_attempts: float = 0.0
    milliseconds: float = 0.0


def read(api: Api, at: float, cancellation: Cancellation) -> tuple[Row, Reading, Row | None]:
    """Return the appliance's health, its measurements now, and how the chosen tenant's mail fared today; None where none is chosen."""
    mail = api.get("/email/stats", {"days": 1}, cancellation)["total"] if api.place.tenant_id else None
    return api.get("/admin/v1/health", cancellation=cancellation), reading(metrics.read(api, cancellation), at), mail


def reading(samples: Samples, at: float) -> Reading:
    """Return the few of all measurements that the overview shows."""
    attempts = metrics.total(samples, "junction_deliveries_total")
    return Reading(
        at=at,
        requests=metrics.total(samples, "junction_request_seconds_count"),
        failures=metrics.total(samples, "junction_request_seconds_count", status="5xx"),
        attempts=attempts,
        failed_attempts=attempts - metrics.total(samples, "junction_deliveries_total", outcome="delivered"),
        queue=metrics.total(samples, "junction_queue_depth"),
        oldest_seconds=metrics.total(samples, "junction_queue_oldest_due_seconds"),
        dead=metrics.total(samples, "junction_deliveries_dead"),
        held=metrics.total(samples, "junction_deliveries_held"),
        seconds=metrics.total(samples, "junction_request_seconds_sum"),
    )


def rates(before: Reading, after: Reading) -> Rates:
    """Return what happened in between; an appliance that was restarted counts from nothing."""
    span = after.at - before.at
    if span <= 0 or after.requests < before.requests:
        return Rates()
    answered = after.requests - before.requests
    return Rates(
        answered / span,
        (after.failures - before.failures) / span,
        (after.attempts - before.attempts) / span,
        max(0.0, after.failed_attempts - before.failed_attempts) / span,
        (after.seconds - before.seconds) / answered * 1000 if answered else 0.0,
    )


def components(health: Row) -> list[dict[str, Any]]:
    """Return the parts of an appliance, those that need a look first."""
    order = {"failing": 0, "warning": 1, "ok": 2, "off": 3}
    return sorted(health["components"], key=lambda part: order.get(part["state"], 0))
