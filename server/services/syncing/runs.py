"""Sync runs as tenants see them: started by hand or by the clock, one at a time per installation, with their progress and how they ended.

Who asks while a run is under way gets one more, which begins when that one has ended; however many ask, there is one that follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import system_actor
from server.domain.errors import Conflict, Fault, Missing, Unprocessable
from server.domain.permissions import permit
from server.outbound import catalogue
from server.services import installations, jobs, pages
from server.services.syncing import connections, endings
from server.services.syncing.counting import Counts
from server.services.syncing.running import RUNNABLE
from server.store import database, sync_runs
from server.store import installations as stored_installations
from server.store import jobs as stored_jobs
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.actor import Actor, Mode
    from server.store.tables import Row

BATCH: Final = 50
NOT_RUNNABLE: Final = {
    "paused": "The installation is paused; resume it first.",
    "pending_authorization": "The account is not connected yet: nobody has given the vendor's consent.",
}
"""Why an installation does not sync, by its status; one that needs a person says why by itself."""
INCLUDED: Final = {"full": ("full", "incremental", "deletes_only")}
"""What kinds of runs a kind does as well as itself."""
Names = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=100)]], Field(max_length=50)]


class NewSync(BaseModel):
    """What kind of run is wanted, and of which of the vendor's resources, all when null."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["incremental", "full", "deletes_only", "dry_run"] = "incremental"
    resources: Names | None = None


class NewTransfer(BaseModel):
    """Of which of the vendor's resources everything is read, or sent; all when null."""

    model_config = ConfigDict(extra="forbid")

    resources: Names | None = None


class SyncNote(BaseModel):
    """What a run did otherwise than runs do, and why."""

    resource: str
    code: str
    detail: str


class SyncView(BaseModel):
    """A run. `done` and `total` count rows read; `total` is null while the vendor does not tell.

    Among `counts`, `linked` are links between records that reading made, `awaited` those whose other end is not here yet.
    """

    id: str
    object: str
    installation_id: str
    kind: str
    cause: Literal["manual", "schedule", "hook"]
    state: Literal["pending", "running", "waiting", "succeeded", "succeeded_with_warnings", "failed", "cancelled"]
    counts: dict[str, int]
    done: int
    total: int | None
    eta_seconds: int | None
    resources: list[str] | None
    notes: list[SyncNote]
    error: dict[str, Any] | None
    created_at: str
    started_at: str | None
    finished_at: str | None


def start(actor: Actor, installation_id: str, kind: str, resources: list[str] | None = None, *, cause: str = "manual") -> dict[str, Any]:
    """Start a run. Raises Missing, Unprocessable, or Conflict when the installation is not connected or has a run that is not finished."""
    row = _runnable(actor, installation_id, resources)
    place = (actor.tenant_id, actor.mode, installation_id)
    with database.transaction():
        there = endings.find_open(place) or endings.find_queued(place)
        if there is not None:
            raise _running(there)
        return _insert(actor, row, {"kind": kind, "resources": resources, "cause": cause})


def ask(actor: Actor, installation_id: str, kind: str, resources: list[str] | None = None) -> dict[str, Any]:
    """Return the run that does what is asked: one that has not begun, a new one, or one that follows the one under way.

    Raises Missing, Unprocessable, or Conflict when the installation is not connected, or what follows cannot do this as well.
    """
    row = _runnable(actor, installation_id, resources)
    place, wanted = (actor.tenant_id, actor.mode, installation_id), {"kind": kind, "resources": resources, "cause": "manual"}
    with database.transaction():
        running, queued = endings.find_open(place), endings.find_queued(place)
        for there in (running, queued):
            if there is not None and there["started_at"] is None and _covers(there, wanted):
                return get(actor, installation_id, there["id"])
        if queued is not None:
            return _widened(actor, queued, wanted)
        return _insert(actor, row, {**wanted, "state": "queued" if running is not None else "pending"})


def _runnable(actor: Actor, installation_id: str, resources: Sequence[str] | None) -> Row:
    """Return an installation that can sync these resources. Raises Missing, Conflict or Unprocessable."""
    permit(actor, "integrations:write")
    row = installations.find(actor, installation_id)
    if row["status"] not in RUNNABLE:
        told = NOT_RUNNABLE.get(row["status"]) or f"The installation waits for a person: {row['status_detail']}"
        raise Conflict(told, code="installation_not_connected", reason=row["status_reason"], remedy=row["status_remedy"])
    _check_resources(row, resources or ())
    return row


def _running(there: Row) -> Conflict:
    return Conflict("A sync of this installation is under way.", code="sync_running", sync_id=there["id"])


def _insert(actor: Actor, row: Row, wanted: Mapping[str, Any]) -> dict[str, Any]:
    run_id = jobs.new_id("sync")
    sync_runs.insert(actor.tenant_id, actor.mode, {**wanted, "id": run_id, "installation_id": row["id"], "created_at": clock.now_ms()})
    work = {"installation_id": row["id"], **{name: wanted[name] for name in ("kind", "resources", "cause")}}
    jobs.create(actor, "sync", work, job_id=run_id, line=row["integration"])
    return get(actor, row["id"], run_id)


def _covers(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a run does all that is wanted."""
    everything = there["resources"] is None or (wanted["resources"] is not None and set(wanted["resources"]) <= set(there["resources"]))
    return everything and wanted["kind"] in INCLUDED.get(there["kind"], (there["kind"],))


def _widened(actor: Actor, queued: Row, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Have the run that follows do this as well. Raises Conflict where no one run does both."""
    kinds = [one for one in (queued["kind"], wanted["kind"]) if {queued["kind"], wanted["kind"]} <= {one, *INCLUDED.get(one, ())}]
    if not kinds:
        raise _running(queued)
    parts = None if queued["resources"] is None or wanted["resources"] is None else sorted({*queued["resources"], *wanted["resources"]})
    sync_runs.change(actor.tenant_id, actor.mode, queued["id"], {"kind": kinds[0], "resources": parts})
    return get(actor, queued["installation_id"], queued["id"])


def get(actor: Actor, installation_id: str, run_id: str) -> dict[str, Any]:
    """Return a run. Raises Missing."""
    permit(actor, "integrations:read")
    found = sync_runs.find(actor.tenant_id, actor.mode, installation_id, run_id)
    if found is None:
        raise Missing(f"There is no sync '{run_id[:80]}' of this installation.")
    return _shown(found)


def list_page(actor: Actor, installation_id: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return the runs of an installation, the newest first, and where to go on. Raises Missing."""
    permit(actor, "integrations:read")
    installations.find(actor, installation_id)
    scope = pages.scope_of(actor, "syncs", installation_id)
    found, following = pages.page(
        scope, cursor, limit, lambda before, most: sync_runs.page(actor.tenant_id, actor.mode, installation_id, before, most)
    )
    return [_shown(row) for row in found], following


def _check_resources(row: Row, wanted: Sequence[str]) -> None:
    """Raise Unprocessable naming every resource that the connector does not have."""
    known = [name for name in connections.manifest_of(row).resources if name != catalogue.PROBE]
    faults = [
        Fault(f"/resources/{number}", "not_a_choice", f"It is one of {', '.join(known)}.") for number, name in enumerate(wanted) if name not in known
    ]
    if faults:
        raise Unprocessable("The connector has no such resource.", faults=faults)


def _shown(row: Row) -> dict[str, Any]:
    job = stored_jobs.find(row["tenant_id"], row["mode"], row["id"]) if row["finished_at"] is None else None
    counts = orjson.loads(job["progress"]).get("counts", {}) if job else row["counts"]
    found: dict[str, Any] = {"id": row["id"], "object": "sync"}
    found |= {name: row[name] for name in ("installation_id", "kind", "cause", "state", "resources", "error")}
    found["state"] = "pending" if row["state"] == "queued" else row["state"]
    if job and job["state"] not in endings.UNDER_WAY:
        found["state"], found["error"], row = "cancelled", None, {**row, "finished_at": job["finished_at"]}
    found |= {"counts": Counts(counts).shown(), "done": counts.get("read", 0), "total": job["total"] if job else None}
    found["notes"] = row["notes"] or []
    found["eta_seconds"] = _eta(found["done"], found["total"], row["started_at"])
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "started_at", "finished_at")}


def _eta(done: int, total: int | None, started_at: int | None) -> int | None:
    """Return the seconds that are left, as far as the pace up to now tells."""
    if not total or not done or not started_at or done >= total:
        return None
    return round((clock.now_ms() - started_at) / done * (total - done) / 1000)


def begin_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Start the runs that are due by their installations' intervals; returns how many were started."""
    now, started = clock.now_ms(), 0
    with database.transaction():
        for tenant_id, mode, installation_id, _ in sync_runs.unscheduled(BATCH):
            sync_runs.arrange(tenant_id, mode, installation_id, now)
    for tenant_id, mode, installation_id, due_at in sync_runs.due(now, BATCH):
        if stopping():
            break
        started += _begin(tenant_id, mode, installation_id, due_at, now)
    return started


def _begin(tenant_id: str, mode: str, installation_id: str, due_at: int, now: int) -> bool:
    """Move a schedule on and start its run; False when somebody else did, it has one, or it does not sync by itself any more."""
    row = stored_installations.find(tenant_id, mode, installation_id)
    goes_on = row is not None and row["sync_interval"] and row["status"] in RUNNABLE
    following = now + row["sync_interval"] * 1000 if goes_on and row else None
    with database.transaction():
        if not sync_runs.move_on(tenant_id, mode, installation_id, due_at, following) or following is None:
            return False
        place = (tenant_id, mode, installation_id)
        if endings.find_open(place) is not None or endings.find_queued(place) is not None:
            return False
        start(system_actor(tenant_id, cast("Mode", mode)), installation_id, "incremental", cause="schedule")
        return True
