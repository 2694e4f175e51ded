"""Imports: a file becomes a job that makes or changes a record for every row; looking at it first, its progress, its refused rows.

Importing needs `imports:write` and the right to write the resource; creating companies on the way, that of companies too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.domain.errors import Conflict, Fault, Missing, Unprocessable
from server.domain.masking import mask
from server.domain.permissions import permit
from server.services import import_files, jobs, object_types, pages
from server.services.exchange.mapping import offered_fields
from server.services.importing.job import result_of
from server.services.importing.options import ImportOptions
from server.services.importing.plan import Plan, compile_plan, draft_plan, fields_of, secret_columns
from server.services.job_resources import JobResource
from server.services.jobs import JobView
from server.services.records import faults_of
from server.store import import_changes
from server.store.import_changes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from server.domain.actor import Actor
    from server.services.importing.plan import Draft
    from server.store.jobs import Row, TakenJob

KIND: Final = "import"
UNDO: Final = "import_undo"
SHOWN_ROWS: Final = 5
SHOWN_CHARACTERS: Final = 200
PIECE: Final = 256 * 1024


class ImportRequest(BaseModel):
    """What comes with a file."""

    model_config = ConfigDict(extra="forbid")

    resource: str
    mapping: dict[str, str] | None = None
    options: ImportOptions = ImportOptions()


class ImportView(JobView):
    """An import as it is shown: its job, how it reads the file, and what has become of the rows so far."""

    resource: str
    file_name: str | None
    mapping: dict[str, str]
    options: ImportOptions
    findings: list[dict[str, Any]]
    counts: dict[str, Any]


class ImportPreview(BaseModel):
    """What is known of a file before it is imported."""

    object: str
    resource: str
    layout: dict[str, Any]
    findings: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    fields: Annotated[list[str], Field(description="What a column can feed; `external_ids.<system>` besides.")]
    mapping: dict[str, str]
    problems: list[dict[str, str]]


def read_request(resource: str | None, mapping: str | None, options: str | None, single: Mapping[str, str]) -> ImportRequest:
    """Return what comes with a file; `mapping` and `options` are JSON, `single` are options given one by one as text.

    Raises Unprocessable naming every broken member.
    """
    given: dict[str, Any] = {"resource": resource}
    faults: list[Fault] = []
    for name, text in (("mapping", mapping), ("options", options)):
        if text:
            try:
                given[name] = orjson.loads(text)
            except orjson.JSONDecodeError:
                faults.append(Fault(f"/{name}", "malformed_json", f"'{name}' has to be JSON."))
    if isinstance(given.get("options", {}), dict):
        given["options"] = {**given.get("options", {}), **{name: text or None for name, text in single.items()}}
    if not faults:
        try:
            return ImportRequest.model_validate(given)
        except ValidationError as error:
            faults = faults_of(error)
    raise Unprocessable("This is not a valid import.", faults=faults)


def authorise(actor: Actor, request: ImportRequest) -> None:
    """Raise Denied unless the actor may import this, Unprocessable for a resource that there is not."""
    permit(actor, f"{KIND}s:write")
    permit(actor, f"{object_types.named(actor, request.resource).scope}:write")
    if request.options.create_companies:
        permit(actor, "companies:write")


def create(actor: Actor, path: Path, request: ImportRequest, file_name: str | None) -> dict[str, Any]:
    """Take a file over and have it imported; what can be seen to be wrong at once is refused.

    Raises Unprocessable where the file is no table or the mapping does not fit.
    """
    import_id, work = _accept(actor, path, request, file_name)
    with import_files.kept(actor.tenant_id, import_id):
        jobs.create(actor, KIND, work, job_id=import_id)
    return shown(_resource.find(actor, import_id))


def create_taken(actor: Actor, path: Path, request: ImportRequest, file_name: str | None, lease: str, lease_ms: int) -> TakenJob:
    """Do as `create`, for a caller who does the job here and now; a worker takes it up when the caller dies."""
    import_id, work = _accept(actor, path, request, file_name)
    with import_files.kept(actor.tenant_id, import_id):
        return jobs.create_taken(actor, KIND, work, job_id=import_id, lease=lease, lease_ms=lease_ms)


def _accept(actor: Actor, path: Path, request: ImportRequest, file_name: str | None) -> tuple[str, dict[str, Any]]:
    authorise(actor, request)
    plan = draft_plan(actor, path, object_types.named(actor, request.resource), request.mapping, request.options, file_name).plan
    compile_plan(actor, plan)
    import_id = jobs.new_id(KIND)
    path.replace(import_files.source(actor.tenant_id, import_id))
    return import_id, plan.model_dump(mode="json")


def preview(actor: Actor, path: Path, request: ImportRequest, file_name: str | None) -> dict[str, Any]:
    """Look at a file without importing it: layout, columns with samples and suggestions, and what stands in the way."""
    authorise(actor, request)
    resource = object_types.named(actor, request.resource)
    draft = draft_plan(actor, path, resource, request.mapping, request.options, file_name)
    secret = secret_columns(actor, draft.plan)
    layout = {name: value for name, value in draft.plan.model_dump(mode="json")["layout"].items() if value not in (None, "")}
    return {
        "object": "import_preview",
        "resource": draft.plan.resource,
        "layout": layout,
        "findings": draft.plan.model_dump(mode="json")["findings"],
        "columns": [_column(draft, name, hidden=name in secret) for name in draft.plan.columns],
        "fields": sorted(offered_fields(fields_of(actor, resource, request.options.match, request.options.on_match))),
        "mapping": draft.plan.mapping,
        "problems": _problems(actor, draft.plan),
    }


def _column(draft: Draft, name: str, *, hidden: bool) -> dict[str, Any]:
    suggestion = draft.suggestions.get(name)
    samples = [str(cell) for cell in draft.sample.of(name)[:SHOWN_ROWS]]
    return {
        "name": name,
        "samples": [mask(cell) if hidden else cell[:SHOWN_CHARACTERS] for cell in samples],
        "suggestion": {"field": suggestion.field, "confidence": suggestion.confidence, "reason": suggestion.reason} if suggestion else None,
    }


def _problems(actor: Actor, plan: Plan) -> list[dict[str, str]]:
    try:
        compile_plan(actor, plan)
    except Unprocessable as error:
        faults = error.faults or (Fault("/mapping", error.stable_code, error.detail),)
        return [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in faults]
    return []


def shown(row: Row) -> dict[str, Any]:
    """Return an import in its wire form."""
    plan = Plan.model_validate(orjson.loads(row["input"]))
    kept = plan.model_dump(mode="json")
    found = jobs.shown(row) | {"object": "import"}
    found |= {name: kept[name] for name in ("resource", "file_name", "mapping", "options", "findings")}
    return found | {"counts": result_of(plan, orjson.loads(row["progress"]))}


_resource: Final = JobResource(KIND, KIND, shown)
get, list_page = _resource.get, _resource.list_page


def cancel(actor: Actor, import_id: str) -> dict[str, Any]:
    """Stop an import; what it has done stays, and the table of one that had not begun goes at once. Raises Conflict when it has ended."""
    found = _resource.cancel(actor, import_id)
    if found["state"] == "cancelled":
        import_files.source(actor.tenant_id, import_id).unlink(missing_ok=True)
    return found


class ImportChangeView(BaseModel):
    """A record that an import made or changed; `outcome` is what undoing the import came to for it, null before."""

    object: Literal["import_change"]
    record: Annotated[str, Field(description="What kind of record it is.")]
    id: str
    line: Annotated[int, Field(description="The line of the file.")]
    act: Literal["created", "updated"]
    outcome: Annotated[Outcome | None, Field(description="`kept` is what was changed since, `gone` what was deleted since.")]
    reason: Annotated[str | None, Field(description="Why it was kept as it is.")]


def undo(actor: Actor, import_id: str) -> dict[str, Any]:
    """Have an import taken back; returns the job. Raises Missing, or Conflict when it is under way, has changed nothing or was undone already."""
    return jobs.create(actor, UNDO, _undoing(actor, import_id))


def undo_taken(actor: Actor, import_id: str, lease: str, lease_ms: int) -> TakenJob:
    """Do as `undo`, for a caller who does the job here and now; a worker takes it up when the caller dies."""
    return jobs.create_taken(actor, UNDO, _undoing(actor, import_id), job_id=jobs.new_id(UNDO), lease=lease, lease_ms=lease_ms)


def _undoing(actor: Actor, import_id: str) -> dict[str, Any]:
    row = _resource.find(actor, import_id)
    work = Plan.model_validate(orjson.loads(row["input"]))
    permit(actor, f"{KIND}s:write")
    permit(actor, f"{object_types.named(actor, work.resource).scope}:write")
    if row["state"] not in jobs.FINISHED:
        raise Conflict(f"This import is {row['state']}.", code="import_not_finished", retry_after=1)
    mine = (actor.tenant_id, actor.mode, import_id)
    if not import_changes.any_of(*mine):
        raise Conflict("This import has changed nothing that could be undone.", code="nothing_to_undo")
    if not import_changes.count_left(*mine):
        raise Conflict("This import is undone already.", code="already_undone")
    return {"import_id": import_id, "resource": work.resource}


def list_changes(actor: Actor, import_id: str, outcome: str | None, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the records that an import made or changed, and the cursor of the next. Raises Missing."""
    permit(actor, f"{KIND}s:read")
    _resource.find(actor, import_id)
    found, following = pages.page(
        pages.scope_of(actor, "import_changes", import_id, outcome),
        cursor,
        limit,
        lambda after, most: import_changes.page(actor.tenant_id, actor.mode, import_id, outcome, after, most),
        place="record_id",
    )
    return [_changed(row) for row in found], following


def _changed(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in ("line", "act", "outcome", "reason")}
    return {"object": "import_change", "record": row["object"], "id": row["record_id"], **told}


def refused_rows(actor: Actor, import_id: str) -> Iterator[bytes]:
    """Return the refused rows as CSV, piece by piece, as far as the import has come. Raises Missing, Conflict before it has begun."""
    permit(actor, f"{KIND}s:read")
    row = _resource.find(actor, import_id)
    size = orjson.loads(row["progress"]).get("refused_size")
    if size is None:
        raise Conflict("This import has not begun to read its file.", code="import_not_begun", retry_after=1)
    path = import_files.refused(actor.tenant_id, import_id)
    if not path.exists():
        raise Missing("The refused rows of this import were kept for a while and are gone.", code="file_missing")
    return _pieces(path, size)


def _pieces(path: Path, size: int) -> Iterator[bytes]:
    """Yield the beginning of a file: what lies behind it was written by a batch that has not committed."""
    with path.open("rb") as stream:
        while size > 0 and (piece := stream.read(min(PIECE, size))):
            size -= len(piece)
            yield piece
