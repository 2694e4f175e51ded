"""One sync run as a job: every resource in turn, reading before sending, so that what is sent has met what the vendor holds.

What others refer to comes first, so that links find their other ends; what does not is awaited (`linking`).

Where the run stands is committed with each page and outcome; after a kill, or a wait for the vendor, it goes on from there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later, Missing
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import DELETES_UNKNOWN, ConnectorError, CursorExpired, Mode, NeedsUser, Stage
from server.services import installation_status
from server.services.jobs import Cancelled, Progress
from server.services.syncing import comparing, connections, endings, missing
from server.services.syncing.applying import Applier, permitted
from server.services.syncing.connections import Connection
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields
from server.services.syncing.linking import in_order
from server.services.syncing.pulling import Pull
from server.services.syncing.pushing import Push
from server.store import awaited_links, database, installations, sync_runs, sync_states
from server.store.sync_states import State
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row

RUNNABLE: Final = frozenset({"connected", "failed"})
EVERYTHING: Final = "everything"
RESTARTS: Final = {
    CursorExpired.code: "The vendor no longer knew where reading had stopped, so everything was listed again.",
    DELETES_UNKNOWN: "The vendor no longer tells what was deleted since the last run, so everything was listed again, and what is gone found"
    " by its absence.",
}
"""Why a listing began anew, in words, by the code of the restart."""
QUEUED_SECONDS: Final = 60
"""How often a run that is queued looks by itself whether it may begin; whatever ends before it wakes it."""
FILLED_AT_ONCE: Final = 500
_READING: Final = (Stage.PULL, Stage.RELIST, Stage.DELETES, Stage.COMPARE)


class SyncFailed(JunctionError):
    """The sync ended early."""

    code = "sync_failed"


def run_sync(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do a run from where it stands; returns its counts."""
    place = (actor.tenant_id, actor.mode, work["installation_id"])
    row = installations.find(*place)
    counts = _saved(progress)
    if row is None or row["status"] not in RUNNABLE:
        endings.cancel(place, progress.job_id, counts)
        raise Missing("The installation is not connected any more.", code="installation_not_connected")
    work = _begun(place, work, progress)
    try:
        _go(row, work, progress, counts)
    except Cancelled:
        endings.cancel(place, progress.job_id, _saved(progress))
        raise
    except (Paused, Unknown) as error:
        raise _later(row, progress, error) from error
    except (ConnectorError, JunctionError) as error:
        if isinstance(error, Later):
            raise
        raise _failed(row, progress, error) from error
    endings.complete(row, progress.job_id, work["kind"], counts)
    return counts.shown()


def _begun(place: tuple[str, str, str], work: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write that a run is under way, and return what it has to do. Raises Later for one that is queued behind another."""
    with database.transaction():
        run = sync_runs.find(*place, progress.job_id)
        if run is not None and run["state"] == "queued" and endings.find_open(place) is not None:
            raise Later("Another sync of this installation is under way.", code="sync_running", retry_after=QUEUED_SECONDS)
        sync_runs.change(*place[:2], progress.job_id, {"state": "running", "started_at": clock.now_ms()})
    return {**work, "kind": run["kind"], "resources": run["resources"]} if run else {**work}


def _go(row: Row, work: Mapping[str, Any], progress: Progress, counts: Counts) -> None:
    with connections.opened(row) as connection:
        connection.gate.admit()
        _Run(connection, work, progress, counts).run()


def _later(row: Row, progress: Progress, error: Paused | Unknown) -> Later:
    """Return what gives the job back until the vendor can be asked again."""
    with database.transaction():
        sync_runs.change(row["tenant_id"], row["mode"], progress.job_id, {"state": "waiting", "error": endings.told(error.error)})
    after = error.after if isinstance(error, Paused) else 30.0
    return Later(error.error.detail, code="vendor_waits", retry_after=max(math.ceil(after), 1))


def _saved(progress: Progress) -> Counts:
    """Return what was counted and committed."""
    return Counts(progress.position.get("counts", {}))


def _failed(row: Row, progress: Progress, error: ConnectorError | JunctionError) -> SyncFailed:
    """Write that a run failed, and what a person has to do, if anything."""
    if isinstance(error, ConnectorError):
        place = (row["tenant_id"], row["mode"], row["id"])
        installation_status.failed(place, error.stable_code, error.detail, error.remedy or None, needs_user=isinstance(error, NeedsUser))
    endings.fail(row, progress.job_id, _saved(progress), error)
    return SyncFailed(error.detail, code=error.stable_code)


@dataclass
class _Run:
    """A run under way; `done` are the stages that are over, `begun` is the listing that was begun and not ended."""

    connection: Connection
    work: Mapping[str, Any]
    progress: Progress
    counts: Counts
    total: int | None = None
    done: list[str] = field(default_factory=list)
    begun: str | None = None
    rehearsed: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> None:
        """Do every stage that is left, all reading first."""
        self.done = list(self.progress.position.get("done", ()))
        self.begun = self.progress.position.get("begun")
        planned = [(name, fields, stage) for name, fields in self._resources() for stage in self._stages(name, fields)]
        for name, fields, stage in sorted(planned, key=lambda one: one[2] not in _READING):
            mark = f"{name}/{stage}"
            if mark not in self.done:
                self._stage(name, fields, stage, mark)
                self.done.append(mark)
                self.begun = None
                self._save(None)
        if self.work["kind"] != endings.DRY:
            self._fill()

    def _fill(self) -> None:
        """Make the links that two processes missed, which took over both ends of one at the same moment."""
        place = self.connection.place
        for name, fields in self._resources() if awaited_links.has_any(*place) else ():
            applier = Applier(self.connection, name, fields, self.connection.policy, self.counts)
            with database.transaction():
                applier.fill(awaited_links.arrived(*place, name, fields.resource.table, FILLED_AT_ONCE))
                self._save(None)

    def _resources(self) -> Iterator[tuple[str, Fields]]:
        wanted = self.work.get("resources") or self.connection.row["options"].get("resources")
        for name in in_order(self.connection.maps):
            if name in self.connection.connector.resources and (not wanted or name in wanted):
                yield name, Fields(self.connection.maps[name])

    def _stages(self, name: str, fields: Fields) -> Sequence[str]:
        """Return what is done about a resource: what the connector plans, as far as direction and permissions go."""
        state = self._state(name)
        planned = _planned(self.connection, self.work["kind"], name, state.listed_at)
        direction = self._direction
        reads = direction != "export" and self.connection.connector.manifest.resources[name].reads and permitted(self.connection, fields, "write")
        return [stage for stage in planned if (reads if stage in _READING else self._sends(fields))]

    @property
    def _direction(self) -> str:
        return str(self.connection.row["options"].get("direction", "both"))

    def _sends(self, fields: Fields) -> bool:
        return self._direction != "import" and permitted(self.connection, fields, "read")

    def _state(self, name: str) -> State:
        return sync_states.find(*self.connection.place, name) or State()

    def _stage(self, name: str, fields: Fields, stage: str, mark: str) -> None:
        state = self._state(name)
        applier = Applier(self.connection, name, fields, self.connection.policy, self.counts, self.rehearsed)
        push = self._push(name, fields, state, ())
        pull = Pull(self.connection, applier, state, self._save, partial(self._say, name))
        if stage == Stage.COMPARE:
            comparing.compare(self.connection, applier, push, state)
        elif stage == Stage.DELETES:
            pull.deletes()
        elif stage in _READING:
            resumed, self.begun, before = self.begun == mark, mark, self.counts.changed
            pull.run(relist=stage == Stage.RELIST and not resumed)
            if self.counts.changed > before and self.work.get("cause") != "hook":
                missing.note_changed(self.connection.place, name)
        elif stage == EVERYTHING:
            push.everything(self.progress.position.get("walked", ""), self._save_walked)
        else:
            push.run()

    def _say(self, name: str, restart: str) -> None:
        """Note in the run why a resource was listed anew."""
        place = (*self.connection.place[:2], self.progress.job_id)
        with database.transaction():
            sync_runs.add_note(*place, {"resource": name, "code": restart, "detail": RESTARTS.get(restart, RESTARTS[CursorExpired.code])})


    def _push(self, name: str, fields: Fields, state: State, behind: tuple[str, ...]) -> Push:
        """Return what sends a resource, on behalf of those `behind` it, which it does not send in turn."""
        chain = (*behind, name)
        return Push(self.connection, name, fields, self.counts, state, self._save, lambda target: self._ahead(target, chain))

    def _ahead(self, name: str, behind: tuple[str, ...]) -> Push | None:
        """Return what sends another resource first, all its writes of unknown outcome settled; None where it is not sent."""
        fields = dict(self._resources()).get(name)
        if fields is None or name in behind or not self._sends(fields):
            return None
        push = self._push(name, fields, self._state(name), behind)
        push.settle()
        return push

    def _position(self) -> dict[str, Any]:
        return {"done": self.done, "begun": self.begun, "counts": self.counts.shown()}

    def _save(self, total: int | None) -> None:
        """Note how far the run is, in the open transaction."""
        self.total = total or self.total
        self.progress.save(self.counts["read"], self.total, self._position())

    def _save_walked(self, walked: str) -> None:
        self.progress.save(self.counts["read"], self.total, {**self._position(), "walked": walked})


def _planned(connection: Connection, kind: str, name: str, listed_at: int | None) -> Iterable[str]:
    own: Mapping[str, Callable[[], Iterable[str]]] = {"import": lambda: [Stage.RELIST], "export": lambda: [EVERYTHING]}
    if kind in own:
        return own[kind]()
    return connection.connector.sync(name, Mode(kind), listed_at)
