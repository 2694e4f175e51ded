"""Batches: up to a thousand changes of records in one call, each by the same rules, rights and events as if it came alone.

Unless it is atomic, a batch is written in many brief transactions, so that others get their turn; an operation that is refused
leaves nothing of itself. An atomic one is one transaction, and every operation of it is judged before it is given up.
"""

from __future__ import annotations

import re
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Denied, Fault, Invalid, JunctionError, Later, Missing, Unprocessable
from server.domain.problems import described, status_of
from server.services import jobs, object_types, records
from server.store import database
from server.store.records import by_plural

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.actor import Actor
    from server.services.jobs import Progress
    from server.store.declaration import Resource
    from server.store.records import Document

KIND: Final = "batch"
MOST: Final = 1_000
STEP_SECONDS: Final = 0.02
PAUSE_SHARE: Final = 0.5
DEPENDENT: Final = 424
"""What becomes of an operation that was sound, in an atomic batch with one that was not (RFC 4918, section 11.4)."""
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Operation(BaseModel):
    """One change, written as the request that would make it alone."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, StringConstraints(min_length=1, max_length=1_000), Field(description="Such as `/api/v1/contacts`.", examples=["/contacts"])]
    body: Annotated[dict[str, Any] | None, Field(description="As the operation alone would take it.")] = None
    version: Annotated[int | None, Field(description="The version that was seen; 412 when there is a newer one.")] = None


class Batch(BaseModel):
    """Operations, done in their order."""

    model_config = ConfigDict(extra="forbid")

    atomic: Annotated[bool, Field(description="All of them, or none.")] = False
    operations: Annotated[list[Operation], Field(min_length=1, max_length=MOST)]


class BatchResult(BaseModel):
    """What became of one operation: the status and body that it would have had alone."""

    status: int
    body: dict[str, Any] | None


class BatchView(BaseModel):
    """What became of every operation, in their order."""

    results: list[BatchResult]


Result = dict[str, Any]


def perform(actor: Actor, batch: Batch, *, minimal: bool = False) -> dict[str, Any]:
    """Do a batch here and now. Raises Unprocessable when it is atomic and an operation is refused; `minimal` leaves out what was written."""
    run = _Run(actor, batch, minimal=minimal)
    if batch.atomic:
        return {"results": run.all_or_none()}
    try:
        while run.step(_nothing):
            pass
    except Later as error:
        if not run.results:
            raise
        run.give_up(error)
    return {"results": run.results}


def begin(actor: Actor, batch: Batch, *, minimal: bool = False) -> dict[str, Any]:
    """Have a batch done by the worker, and return its job."""
    return jobs.create(actor, KIND, {**batch.model_dump(mode="json", exclude_unset=True), "minimal": minimal})


def run_batch(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do a batch as a job; what is done before it is stopped stays, unless it is atomic."""
    minimal = work.pop("minimal")
    run = _Run(actor, Batch.model_validate(work), minimal=minimal, results=list(progress.position.get("results", ())))
    total = len(run.operations)
    if run.batch.atomic:
        return {"results": run.all_or_none(lambda: progress.save(total, total))}
    while run.step(lambda: progress.save(len(run.results), total, {"results": run.results})):
        pass
    return {"results": run.results}


def _nothing() -> None:
    """Save nothing: who waits for the answer needs no progress."""


@dataclass
class _Run:
    """A batch under way; `results` are those of the operations that are done."""

    actor: Actor
    batch: Batch
    minimal: bool
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.operations = self.batch.operations
        self._types: dict[str, Resource] = {}

    def step(self, save: Callable[[], None]) -> bool:
        """Do what one brief transaction may hold; False when nothing is left."""
        before, begun = len(self.results), time.thread_time()
        try:
            with database.transaction():
                while len(self.results) < len(self.operations):
                    self._next()
                    if time.thread_time() - begun > STEP_SECONDS:
                        break
                save()
        except BaseException:
            del self.results[before:]
            raise
        if database.others_wrote():
            time.sleep((time.thread_time() - begun) * PAUSE_SHARE)
        return len(self.results) < len(self.operations)

    def give_up(self, error: Later) -> None:
        """Refuse what is left: the database cannot go on."""
        self.results += [self._refusal(operation, error) for operation in self.operations[len(self.results) :]]

    def all_or_none(self, save: Callable[[], None] = _nothing) -> list[Result]:
        """Do everything in one transaction. Raises Unprocessable, and leaves nothing, when an operation is refused."""
        with database.transaction():
            while len(self.results) < len(self.operations):
                self._next()
            self._refuse_broken()
            save()
        return self.results

    def _next(self) -> None:
        operation = self.operations[len(self.results)]
        try:
            with database.savepoint() if _may_fail_midway(operation) else nullcontext():
                status, document = self._perform(operation)
        except (Invalid, Conflict, Denied, Missing) as error:
            self.results.append(self._refusal(operation, error))
        else:
            self.results.append({"status": status, "body": None if self.minimal else document})

    def _refusal(self, operation: Operation, error: JunctionError) -> Result:
        return {"status": status_of(error), "body": described(error, self.actor.request_id or "", operation.path)}

    def _refuse_broken(self) -> None:
        """Raise Unprocessable naming every operation that was refused."""
        broken = [(place, result["body"]) for place, result in enumerate(self.results) if result["status"] >= 400]
        if broken:
            faults = [fault for place, problem in broken for fault in _faults(place, problem)]
            sound = {"status": DEPENDENT, "body": None}
            results = [result if result["status"] >= 400 else sound for result in self.results]
            raise Unprocessable(
                f"{len(broken)} of {len(self.results)} operations are refused, so none was done.",
                code="batch_refused",
                faults=faults,
                results=results,
            )

    def _perform(self, operation: Operation) -> tuple[int, Document | None]:
        segments = _segments(operation.path)
        own = segments[0] == "objects"
        rest = segments[1 + own :]
        resource = self._type(segments[1:2]) if own else by_plural().get(segments[0])
        act = _ACTS.get((operation.method, _shape(rest)))
        if resource is None or act is None:
            raise Missing(f"No record is changed by {operation.method} {operation.path[:200]}.", code="unknown_route")
        return act(self.actor, resource, rest, operation)

    def _type(self, named: Sequence[str]) -> Resource | None:
        """Return a type of the tenant's own as a resource; None where none is named."""
        if not named:
            return None
        name = named[0]
        if name not in self._types:
            self._types[name] = object_types.resource(self.actor, name, "objects:write")
        return self._types[name]


def _faults(place: int, problem: Mapping[str, Any]) -> list[Fault]:
    parts = problem.get("errors") or [{"pointer": "", "code": problem["code"], "detail": problem["detail"]}]
    pointer = f"/operations/{place}"
    return [Fault(f"{pointer}/body{part['pointer']}" if part["pointer"] else pointer, part["code"], part["detail"]) for part in parts]


def _may_fail_midway(operation: Operation) -> bool:
    """Tell whether an operation can be refused after something of it was written: the ids of other systems are the only thing that is unique."""
    return "external" in operation.path or operation.path.endswith("/restore") or "external_ids" in (operation.body or {})


def _segments(path: str) -> list[str]:
    """Return the decoded segments of a path behind its version. Raises Invalid for what is no address, or has parameters."""
    if "?" in path:
        raise Invalid("An operation of a batch takes no parameters.", code="unknown_parameter", faults=[Fault("path", "unknown_parameter", "?")])
    segments = path.strip("/").split("/")
    for leading in ("api", "v1"):
        segments = segments[1:] if segments[:1] == [leading] else segments
    return [_decoded(segment) for segment in segments]


def _decoded(segment: str) -> str:
    try:
        found = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        found = "\0"
    if _BROKEN_PERCENT.search(segment) or _UNSTORABLE.search(found):
        raise Invalid("The address is not percent-encoded UTF-8.", code="malformed_address")
    return found


def _shape(rest: Sequence[str]) -> str:
    """Return what a path behind its collection points at."""
    if len(rest) == 3 and rest[0] == "by-external-id":
        return "external"
    if len(rest) == 2 and rest[1] == "restore":
        return "restore"
    return {0: "collection", 1: "record"}.get(len(rest), "")


def _create(actor: Actor, resource: Resource, _: Sequence[str], operation: Operation) -> tuple[int, Document]:
    return 201, records.create(actor, resource, _body(operation))


def _update(actor: Actor, resource: Resource, rest: Sequence[str], operation: Operation) -> tuple[int, Document]:
    return 200, records.update(actor, resource, rest[0], _body(operation), version=operation.version)


def _replace(actor: Actor, resource: Resource, rest: Sequence[str], operation: Operation) -> tuple[int, Document]:
    return 200, records.replace(actor, resource, rest[0], _body(operation), version=operation.version)


def _remove(actor: Actor, resource: Resource, rest: Sequence[str], operation: Operation) -> tuple[int, None]:
    records.remove(actor, resource, rest[0], version=operation.version)
    return 204, None


def _restore(actor: Actor, resource: Resource, rest: Sequence[str], _: Operation) -> tuple[int, Document]:
    return 200, records.restore(actor, resource, rest[0])


def _upsert(actor: Actor, resource: Resource, rest: Sequence[str], operation: Operation) -> tuple[int, Document]:
    document, created = records.upsert(actor, resource, rest[1], rest[2], _body(operation), version=operation.version)
    return 201 if created else 200, document


def _body(operation: Operation) -> dict[str, Any]:
    if operation.body is None:
        raise Unprocessable("This operation needs a body.", faults=[Fault("", "missing", "There is no body.")])
    return operation.body


_ACTS: Final[dict[tuple[str, str], Callable[[Actor, Resource, Sequence[str], Operation], tuple[int, Document | None]]]] = {
    ("POST", "collection"): _create,
    ("PATCH", "record"): _update,
    ("PUT", "record"): _replace,
    ("DELETE", "record"): _remove,
    ("POST", "restore"): _restore,
    ("PUT", "external"): _upsert,
}
