"""Retention: what was kept long enough goes, in small batches with pauses, so that no request waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from server.services import audit_chain
from server.store import database, retention
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.system.settings import Settings

BATCH: Final = 500
_DAY_MS: Final = 86_400_000
_REST: Final = 3
"""How many times as long as a batch took is rested after it."""
_LEAST_REST_SECONDS: Final = 0.02
_ONE_DAY: Final = 1
_GRACE_DAYS: Final = 7
_LONGEST_POLICY_DAYS: Final = 366
log = logs.get_logger()

# Days that each table's rows are kept after the moment their rule names.
DAYS: Final[dict[str, Callable[[Settings], int]]] = {
    "attempts": lambda settings: settings.retention.attempts_days,
    "deliveries": lambda settings: settings.retention.events_days,
    "request_log": lambda settings: settings.retention.logs_days,
    "idempotency": lambda _: _ONE_DAY,
    "sessions": lambda _: _GRACE_DAYS,
    "one_time_tokens": lambda _: _GRACE_DAYS,
    "lockouts": lambda _: _GRACE_DAYS,
    "jobs": lambda settings: settings.retention.logs_days,
    "deprecated_calls": lambda settings: settings.retention.logs_days,
    "merges": lambda settings: settings.retention.deleted_days,
    "import_changes": lambda settings: settings.retention.deleted_days,
    "sealed_values": lambda settings: settings.retention.deleted_days,
    "mta_sts_policies": lambda _: _LONGEST_POLICY_DAYS,
    "sync_runs": lambda settings: settings.retention.logs_days,
    "email_hits": lambda settings: settings.email.content_days,
    "email_provider_events": lambda settings: settings.email.content_days,
    "email_reports": lambda settings: settings.domains.reports_days,
    "connector_authorizations": lambda _: _GRACE_DAYS,
    "installation_faults": lambda settings: settings.retention.logs_days,
    "inbound_messages": lambda settings: settings.retention.inbound_days,
}


def prune(settings: Settings, stopping: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Remove what is past its time, and return how many batches that took by table; ends early when `stopping` says so."""
    now = clock.now_ms()
    batches: dict[str, int] = {}
    for name, days in DAYS.items():
        before, rule = now - days(settings) * _DAY_MS, retention.RULES[name]
        batches[name] = _in_batches(lambda rule=rule, before=before: retention.remove(rule, before, BATCH) == BATCH, stopping)  # type: ignore[misc]
    batches["events"] = _in_batches(_events_before(now - settings.retention.events_days * _DAY_MS), stopping)
    deleted_before = now - settings.retention.deleted_days * _DAY_MS
    for resource in retention.deletable():
        batches[resource.table] = _in_batches(
            lambda resource=resource: retention.remove_records(resource, deleted_before, BATCH) == BATCH,  # type: ignore[misc]
            stopping,
        )
    audited_before = now - settings.retention.audit_days * _DAY_MS
    batches["audit"] = _in_batches(lambda: audit_chain.prune(audited_before, BATCH), stopping)
    return batches


def _events_before(before_ms: int) -> Callable[[], bool]:
    place: retention.Place | None = retention.FIRST

    def step() -> bool:
        nonlocal place
        place = retention.remove_events(before_ms, place or retention.FIRST, BATCH)
        return place is not None

    return step


def _in_batches(step: Callable[[], bool], stopping: Callable[[], bool]) -> int:
    """Repeat a step while it says that there is more, each in its own transaction, resting longer than it took."""
    count, more = 0, True
    while more and not stopping():
        started = time.perf_counter()
        with database.transaction():
            more = step()
        count += 1
        if more:
            time.sleep(max((time.perf_counter() - started) * _REST, _LEAST_REST_SECONDS))
    return count
