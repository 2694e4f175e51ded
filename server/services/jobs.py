"""Jobs: long work that a request begins and the worker does, step by step, so that a kill repeats at most one step.

    jobs.create(actor, "import", {"file": ...})          in the service; answers 202 with the job

    def run_import(actor: Actor, work: dict, progress: Progress) -> dict | None:
        start = progress.position.get("row", 0)          # {} at first; what was last saved after a restart
        for batch in ...:
            with database.transaction():
                ...                                      # the step's own writes
                progress.save(done, total, {"row": n})   # commits with them; raises when the job should stop
        return {"created": 10}                           # becomes the job's result

The lease is renewed in the background while the function works. A JunctionError fails the job with its code and words; a
Later, or a lost lease, has it taken up again from where it last saved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import orjson
from pydantic import BaseModel

from server.domain.actor import Actor
from server.domain.errors import Conflict, JunctionError, Later, Missing
from server.domain.permissions import NOTHING, ROLES, grants, permit
from server.domain.problems import faults_of
from server.services import events, pages, vaults, wakes
from server.store import database, jobs
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.actor import Mode
    from server.store.jobs import Row, TakenJob

    Function = Callable[[Actor, dict[str, Any], "Progress"], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: the resource whose scopes it needs, and the prefix of its ids.

    Without a resource the work itself judges what whoever began it may do, and nobody else sees it but who may see everything.
    What is `sealed` holds values as clients wrote them, so it is kept as secrets are.
    """

    scope: str | None
    prefix: str = "job"
    sealed: bool = False


KINDS: Final = {
    "import": Kind("imports", "imp"),
    "import_undo": Kind("imports"),
    "export": Kind("exports", "exp"),
    "replay": Kind("webhooks"),
    "batch": Kind(None, sealed=True),
    "convert": Kind("imports"),
    "sync": Kind("integrations", "syn"),
    "sandbox_reset": Kind("keys"),
}
FINISHED: Final = frozenset({"completed", "failed", "cancelled"})
MOST_ATTEMPTS: Final = 5


class JobView(BaseModel):
    """A job as it is shown. `done` and `total` count the job's own units; `total` is null while it is not known."""

    id: str
    object: str
    kind: str
    state: Literal["pending", "running", "completed", "failed", "cancelled"]
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    cancel_requested: bool
    created_at: str
    started_at: str | None
    finished_at: str | None


class Cancelled(Conflict):
    """The job was asked to stop."""

    code = "job_cancelled"


class LeaseLost(Later):
    """Another worker has taken the job over."""

    code = "job_lease_lost"


class Stopping(Later):
    """This worker is ending; the job goes on elsewhere, or after the restart."""

    code = "worker_stopping"


@dataclass(slots=True)
class Progress:
    """How far a job is, for the function that does it. `position` is what was last saved."""

    job_id: str
    lease: str
    position: dict[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int | None = None
    cancelled: bool = False
    lost: bool = False
    stopping: bool = False

    def save(self, done: int, total: int | None = None, position: Mapping[str, Any] | None = None) -> None:
        """Write how far the job is, together with what the open transaction wrote; without one, in its own.

        Raises Cancelled, LeaseLost or Stopping, which undoes the transaction: what was saved before stays.
        """
        self.check()
        saved = dict(self.position if position is None else position)
        with database.transaction():
            self.note(jobs.save(self.job_id, self.lease, done, total, orjson.dumps(saved).decode()))
            self.check()
        self.done, self.total, self.position = done, total, saved

    def note(self, told: bool | None) -> None:  # noqa: FBT001 - what the store answers is passed on as it is
        """Take what the store says of the job: stop, go on, or not ours any more."""
        self.cancelled = self.cancelled or bool(told)
        self.lost = self.lost or told is None

    def check(self) -> None:
        """Raise Cancelled, LeaseLost or Stopping when the job should not go on here."""
        if self.lost:
            raise LeaseLost
        if self.cancelled:
            raise Cancelled
        if self.stopping:
            raise Stopping(retry_after=0)


def shown(row: Row) -> dict[str, Any]:
    """Return a job in its wire form."""
    found: dict[str, Any] = {"id": row["id"], "object": "job"}
    found |= {name: row[name] for name in ("kind", "state", "done", "total")}
    found |= {name: orjson.loads(row[name]) if row[name] else None for name in ("result", "error")}
    found["cancel_requested"] = bool(row["cancel_requested"])
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("created_at", "started_at", "finished_at")}


def create(actor: Actor, kind: str, work: Mapping[str, Any], *, job_id: str | None = None, line: str | None = None) -> dict[str, Any]:
    """Begin a job and return it; `work` is what its function will be given. Joins an open transaction.

    Of jobs in one `line`, such as those that wait for one vendor, a worker does only so many side by side.
    """
    _permit(actor, kind, "write")
    created_id = job_id or new_id(kind)
    row = {
        "id": created_id,
        "kind": kind,
        "input": "{}" if KINDS[kind].sealed else orjson.dumps(work).decode(),
        "secrets": vaults.vault().seal(orjson.dumps(work), _context(created_id)) if KINDS[kind].sealed else None,
        "actor": orjson.dumps(_kept(actor)).decode(),
        "actor_id": actor.id,
        "line": line,
        "created_at": clock.now_ms(),
    }
    with database.transaction():
        jobs.insert(actor.tenant_id, actor.mode, row)
        database.after_commit(wakes.jobs)
        events.record_audit(actor, f"{kind}.created", created_id)
        return shown(_find(actor, created_id))


def _context(job_id: str) -> str:
    return f"job.secrets/{job_id}"


def work_of(job: TakenJob) -> dict[str, Any]:
    """Return what a job was given to do."""
    found: dict[str, Any] = orjson.loads(job.input if job.secrets is None else vaults.vault().open(job.secrets, _context(job.id)))
    return found


def _permit(actor: Actor, kind: str, action: str) -> None:
    """Raise Denied unless the actor may do this with jobs of a kind; whose work judges by itself is begun by anyone."""
    scope = KINDS[kind].scope
    if scope is not None:
        permit(actor, f"{scope}:{action}")


def _permit_seen(actor: Actor, row: Row, action: str) -> None:
    """Raise Denied unless the actor may see or stop a job."""
    if KINDS[row["kind"]].scope is None and row["actor_id"] != actor.id:
        permit(actor, "*")
    _permit(actor, row["kind"], action)


def create_taken(actor: Actor, kind: str, work: Mapping[str, Any], *, job_id: str, lease: str, lease_ms: int) -> TakenJob:
    """Begin a job for a caller who does it here and now; when the lease ends without an end of the job, a worker goes on with it."""
    with database.transaction():
        create(actor, kind, work, job_id=job_id)
        taken = jobs.take_one(actor.tenant_id, actor.mode, job_id, lease, clock.now_ms(), clock.now_ms() + lease_ms)
    if taken is None:
        raise LeaseLost
    return taken


def new_id(kind: str) -> str:
    """Return an id for a job of this kind, for work that has to name itself before it begins."""
    return ids.new_id(KINDS[kind].prefix)


def _kept(actor: Actor) -> dict[str, Any]:
    return {
        "kind": actor.kind,
        "id": actor.id,
        "scopes": sorted(actor.scopes),
        "role": actor.role,
        "owner_id": actor.owner_id,
        "address": actor.address,
        "request_id": actor.request_id,
    }


def actor_of(job: TakenJob) -> Actor:
    """Return who began a job, with the rights of that moment."""
    kept = orjson.loads(job.actor)
    return Actor(**{**kept, "scopes": frozenset(kept["scopes"])}, tenant_id=job.tenant_id, mode=cast("Mode", job.mode))


def position_of(job: TakenJob) -> dict[str, Any]:
    """Return where a job last saved; empty when it has not begun."""
    found: dict[str, Any] = orjson.loads(job.progress)
    return found


def _find(actor: Actor, job_id: str) -> Row:
    row = jobs.find(actor.tenant_id, actor.mode, job_id)
    if row is None:
        raise Missing(f"There is no job '{job_id}'.")
    return row


def get(actor: Actor, job_id: str) -> dict[str, Any]:
    """Return a job. Raises Missing."""
    row = _find(actor, job_id)
    _permit_seen(actor, row, "read")
    return shown(row)


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return the jobs that the actor may see, the newest first, and where to go on; what is long in a result is left out."""
    readable, own = _readable(actor), (actor.id, [name for name, kind in KINDS.items() if kind.scope is None])
    scope = pages.scope_of(actor, "jobs", readable, own)
    found, following = pages.page(scope, cursor, limit, lambda before, most: jobs.page(actor.tenant_id, actor.mode, readable, before, most, own=own))
    return [_brief(shown(row)) for row in found], following


def _readable(actor: Actor) -> list[str]:
    """Return the kinds of which the actor may read every job."""
    granted = (actor.scopes, ROLES.get(actor.role, NOTHING))
    return [name for name, kind in KINDS.items() if all(grants(each, f"{kind.scope}:read" if kind.scope else "*") for each in granted)]


def _brief(job: dict[str, Any]) -> dict[str, Any]:
    """Return a job without what is long in its result."""
    result = job["result"]
    return job | {"result": {name: value for name, value in result.items() if name != "results"}} if result else job


def cancel(actor: Actor, job_id: str) -> dict[str, Any]:
    """Stop a job; what it has done stays. Raises Conflict when it has already ended."""
    with database.transaction():
        row = _find(actor, job_id)
        _permit_seen(actor, row, "write")
        if row["state"] in FINISHED:
            raise Conflict(f"This job is {row['state']} already.", code="job_finished")
        jobs.request_cancel(actor.tenant_id, actor.mode, job_id, clock.now_ms())
        events.record_audit(actor, f"{row['kind']}.cancelled", job_id)
        return shown(_find(actor, job_id))


def take(kinds: tuple[str, ...], lease: str, lease_ms: int, full: Sequence[str] = ()) -> TakenJob | None:
    """Take the next job that is due, for a worker, but none of the lines that are full."""
    now = clock.now_ms()
    if not kinds or not jobs.any_due(now):
        return None
    with database.transaction():
        return jobs.take(kinds, lease, now, now + lease_ms, full)


def renew(progress: Progress, lease_ms: int) -> None:
    """Keep a job that is being worked on, and hear whether it should stop."""
    with database.transaction():
        progress.note(jobs.renew(progress.job_id, progress.lease, clock.now_ms() + lease_ms))


def perform(job: TakenJob, progress: Progress, function: Function) -> None:
    """Do one job from where it stands and write how it ended; raises only what is our own fault, after failing the job."""
    try:
        _refuse_hopeless(job)
        result = function(actor_of(job), work_of(job), progress)
    except Cancelled:
        _finish(progress, "cancelled")
    except LeaseLost:
        return
    except Later as error:
        give_back(progress, after_seconds=1 if error.retry_after is None else error.retry_after)
    except JunctionError as error:
        broken = {"errors": faults_of(error)} if error.faults else {}
        _finish(progress, "failed", error={"code": error.stable_code, "detail": error.detail, **broken})
    except Exception:
        _finish(progress, "failed", error={"code": "internal_error", "detail": "Something went wrong here."})
        raise
    else:
        _finish(progress, "completed", result=result or {})


def _refuse_hopeless(job: TakenJob) -> None:
    if job.cancel_requested:
        raise Cancelled
    if job.attempts > MOST_ATTEMPTS:
        raise JunctionError(f"The worker died {MOST_ATTEMPTS} times at the same step of this job.", code="job_given_up")


def give_back(progress: Progress, *, after_seconds: int = 0) -> None:
    """Leave a job for whoever comes next; it goes on from where it last saved."""
    with database.transaction():
        jobs.give_back(progress.job_id, progress.lease, clock.now_ms() + after_seconds * 1000)


def _finish(progress: Progress, state: str, *, result: Mapping[str, Any] | None = None, error: Mapping[str, Any] | None = None) -> None:
    with database.transaction():
        jobs.finish(
            progress.job_id,
            progress.lease,
            state,
            orjson.dumps(result).decode() if result is not None else None,
            orjson.dumps(error).decode() if error is not None else None,
            clock.now_ms(),
        )
