"""Taking an import back: records that it made are deleted softly, those that it changed become what they were before.

A record that anybody has changed since is kept as it is, and the report says so. Each one is taken back once, whatever
happens to the job, and with its event and audit entry like any other change.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Conflict, Denied, Invalid, JunctionError, Missing
from server.services import object_types, records, sealed_values
from server.services.importing.job import BATCH_ROWS, BATCH_SECONDS, PAUSE_SHARE
from server.store import database, import_changes
from server.store.records import by_noun

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.jobs import Progress
    from server.store.declaration import Resource
    from server.store.import_changes import Outcome
    from server.store.records import Document
    from server.store.tables import Row

COUNTED: Final = ("deleted", "restored", "kept", "gone")
Taken = tuple["Outcome", str | None]


def run_undo(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take back what an import did; returns how many records came to what."""
    resource = object_types.named(actor, work["resource"])
    counts: dict[str, int] = {**dict.fromkeys(COUNTED, 0), **progress.position.get("counts", {})}
    after: str = progress.position.get("after", "")
    total = progress.total or import_changes.count_left(actor.tenant_id, actor.mode, work["import_id"])
    while rows := import_changes.left(actor.tenant_id, actor.mode, work["import_id"], after, BATCH_ROWS):
        begun = time.thread_time()
        with database.transaction():
            for row in rows:
                outcome = _take_back(actor, resource, row)
                if outcome is not None:
                    counts[outcome] += 1
                after = row["record_id"]
                if time.thread_time() - begun > BATCH_SECONDS:
                    break
            progress.save(sum(counts.values()), total, {"after": after, "counts": counts})
        if database.others_wrote():
            time.sleep((time.thread_time() - begun) * PAUSE_SHARE)
    return {"import_id": work["import_id"], **counts}


def _take_back(actor: Actor, imported: Resource, row: Row) -> Outcome | None:
    """Take one change back and note what came of it; None when somebody else has."""
    resource = imported if row["object"] == imported.noun else by_noun()[row["object"]]
    outcome, reason = _tried(actor, resource, row)
    concluded = import_changes.conclude(actor.tenant_id, actor.mode, row["import_id"], row["record_id"], outcome, reason)
    return outcome if concluded else None


def _tried(actor: Actor, resource: Resource, row: Row) -> Taken:
    try:
        with database.savepoint():
            if row["former"] is None:
                records.remove(actor, resource, row["record_id"], version=row["version"])
                return "deleted", None
            former = _unmasked(actor, resource, row)
            records.replace(actor, resource, row["record_id"], former, version=row["version"])
            sealed_values.forget_former(actor, resource, row["record_id"], row["import_id"])
    except Missing:
        return "gone", "It was deleted since."
    except (Conflict, Invalid, Denied) as error:
        return "kept", _reason(error)
    return "restored", None


def _unmasked(actor: Actor, resource: Resource, row: Row) -> Document:
    """Return what a record was before an import, with the values that its encrypted fields had in the place of their masks."""
    former: Document = row["former"]
    values = sealed_values.opened(actor, resource, row["record_id"], row["import_id"])
    if resource.only:
        return former | values
    return former | {"custom": former["custom"] | values} if values else former


def _reason(error: JunctionError) -> str:
    """Return why a record is kept as it is."""
    if error.stable_code == "stale_version":
        return "It was changed since."
    return " ".join([error.detail, *(f"{fault.pointer}: {fault.detail}" for fault in error.faults)])[:500]
