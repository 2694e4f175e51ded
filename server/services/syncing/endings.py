"""How sync runs end: once, with the event, the installation's figures and the moment of the last sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from server.domain.actor import system_actor
from server.domain.errors import JunctionError
from server.services import events, installation_status, wakes
from server.services.syncing.counting import Counts
from server.store import breakers, database, installation_usage, installations, jobs, sync_runs, vendor_paces, vendor_slots
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Mode
    from server.outbound.vendors.values import ConnectorError
    from server.store.tables import Row

DRY: Final = "dry_run"
UNDER_WAY: Final = ("pending", "running")
"""The states of jobs that are not over."""
_DAY_MS: Final = 86_400_000


def told(error: ConnectorError | JunctionError) -> dict[str, Any]:
    """Return an error as runs show it."""
    return {"code": error.stable_code, "detail": error.detail, "remedy": getattr(error, "remedy", "") or None}


def complete(row: Row, run_id: str, kind: str, counts: Counts) -> None:
    """End a run that has done everything, with warnings where something waits for a person."""
    place, now = (row["tenant_id"], row["mode"], row["id"]), clock.now_ms()
    state = "succeeded_with_warnings" if counts.has_warnings else "succeeded"
    with database.transaction():
        if not sync_runs.change(*place[:2], run_id, {"state": state, "counts": counts.shown(), "error": None, "finished_at": now}):
            return
        breakers.close(*place)
        if kind != DRY:
            installations.note(*place, {"last_synced_at": now})
            installation_usage.add(*place, clock.rfc3339(now)[:10], {"syncs": 1, **{name: count for name, count in counts.items() if count}})
        _emit(row, run_id, "sync.completed", state, counts, None)
        installation_status.connected(place)
        _let_next_begin(place)


def fail(row: Row, run_id: str, counts: Counts, error: ConnectorError | JunctionError) -> None:
    """End a run that could not go on."""
    place, why = (row["tenant_id"], row["mode"]), told(error)
    with database.transaction():
        if sync_runs.change(*place, run_id, {"state": "failed", "counts": counts.shown(), "error": why, "finished_at": clock.now_ms()}):
            _emit(row, run_id, "sync.failed", "failed", counts, why)
            _let_next_begin((*place, row["id"]))


def cancel(place: tuple[str, str, str], run_id: str, counts: Counts) -> None:
    """End a run that somebody stopped; what it was waiting for is no longer tried."""
    with database.transaction():
        sync_runs.change(*place[:2], run_id, {"state": "cancelled", "counts": counts.shown(), "error": None, "finished_at": clock.now_ms()})
        _let_next_begin(place)


def _let_next_begin(place: tuple[str, str, str]) -> None:
    """Have the run begin that is queued behind one that has just ended; in the open transaction."""
    queued = sync_runs.find_queued(*place)
    if queued is not None:
        jobs.hasten(*place[:2], queued["id"], clock.now_ms())
        database.after_commit(wakes.jobs)


def find_open(place: tuple[str, str, str]) -> Row | None:
    """Return the run of an installation that is under way; one whose job is over, since somebody cancelled it, ends here. In a transaction."""
    return _alive(place, sync_runs.find_open(*place))


def find_queued(place: tuple[str, str, str]) -> Row | None:
    """Return the run that is queued behind the one under way; one that somebody cancelled ends here. In a transaction."""
    return _alive(place, sync_runs.find_queued(*place))


def _alive(place: tuple[str, str, str], run: Row | None) -> Row | None:
    if run is None:
        return None
    job = jobs.find(*place[:2], run["id"])
    if job is not None and job["state"] in UNDER_WAY:
        return run
    cancel(place, run["id"], Counts(run["counts"]))
    return None


def stop(place: tuple[str, str, str]) -> None:
    """Have the runs of an installation that are not finished end as cancelled, those that nobody does at once; in the open transaction."""
    for find in (find_queued, find_open):
        run = find(place)
        if run is not None:
            jobs.request_cancel(*place[:2], run["id"], clock.now_ms())
            find(place)


def sweep() -> int:
    """End runs whose job is over without them, and forget limits that hold nobody any more; returns how many runs there were."""
    with database.transaction():
        vendor_paces.prune((clock.now_ms() - _DAY_MS) * 1000)
        vendor_slots.prune(clock.now_ms() - _DAY_MS)
    found = sync_runs.abandoned(100)
    for run in found:
        why = {"code": "run_abandoned", "detail": "The run was stopped before it could end.", "remedy": "Start it again."}
        with database.transaction():
            sync_runs.change(run["tenant_id"], run["mode"], run["id"], {"state": "cancelled", "error": why, "finished_at": clock.now_ms()})
    return len(found)


def _emit(row: Row, run_id: str, event_type: str, state: str, counts: Counts, error: dict[str, Any] | None) -> None:
    record = {"object": "sync", "id": run_id, "installation_id": row["id"], "integration": row["integration"], "state": state}
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    events.emit(actor, event_type, run_id, record={**record, "counts": counts.shown(), "error": error})
