"""Exports: the records that a question finds as a file, sent as it is made or made by a job for download.

Exporting needs the scope `exports` and the right to read the resource.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Conflict
from server.domain.filters import parse_query
from server.domain.permissions import permit
from server.domain.questions import pairs_of, question_of
from server.services import jobs, object_types, result_files
from server.services.exporting import walk
from server.services.exporting.formats import FORMATS, TableFormat
from server.services.job_resources import JobResource
from server.services.jobs import JobView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.domain.actor import Actor
    from server.services.exporting.walk import Walk
    from server.services.jobs import Progress
    from server.store.declaration import Resource
    from server.store.jobs import Row
    from server.store.records import Document

KIND: Final = "export"
SAVE_SECONDS: Final = 0.5


class NewExport(BaseModel):
    """What is to be exported: the question of a list, written as JSON."""

    model_config = ConfigDict(extra="forbid")

    resource: Annotated[str, Field(max_length=100, description="Such as `contacts`, or `objects/vehicle`.", examples=["contacts"])]
    format: TableFormat = "csv"
    filter: Annotated[dict[str, Any], Field(description="As in a list: `{field: {operator: value}}`, with `and`, `or`, `not`.")] = {}
    sort: Annotated[str | list[str] | None, Field(description="Fields to order by, `-` for descending.", examples=["-created_at"])] = None
    fields: Annotated[str | list[str] | None, Field(description="Only these fields, in this order.", examples=["email,last_name"])] = None


class ExportView(JobView):
    """An export as it is shown: its job, and what it writes."""

    resource: str
    format: str
    question: Annotated[str, Field(description="What was asked for, as the parameters of a list.")]
    content_url: Annotated[str | None, Field(description="Where the file is, once it is complete.")]


def stream(actor: Actor, resource: Resource, name: str, pairs: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Return a file of what the parameters of a list find, made as it is read. Raises Denied, or Invalid for a question that is none."""
    permit(actor, f"{KIND}s:read")
    begun = walk.begin(actor, resource, parse_query(pairs))
    return FORMATS[name].write(begun.table, begun.batches())


def create(actor: Actor, body: NewExport) -> dict[str, Any]:
    """Have a file made by the worker; what can be seen to be wrong at once is refused."""
    permit(actor, f"{KIND}s:write")
    resource = object_types.named(actor, body.resource)
    pairs = pairs_of(body.model_dump(include={"filter", "sort", "fields"}))
    walk.check(actor, resource, parse_query(pairs))
    job = jobs.create(actor, KIND, {"resource": resource.plural, "format": body.format, "pairs": pairs})
    return get(actor, job["id"])


def run_export(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the file of an export; it begins anew after a kill, since it has changed nothing."""
    resource = object_types.named(actor, work["resource"])
    begun = walk.begin(actor, resource, parse_query([(name, value) for name, value in work["pairs"]]))
    progress.save(0, begun.total)
    size = result_files.keep(actor.tenant_id, progress.job_id, FORMATS[work["format"]].write(begun.table, _told(begun, progress)))
    progress.save(progress.done, progress.done)
    return {"rows": progress.done, "bytes": size, "content_url": _content_url(progress.job_id)}


def _told(begun: Walk, progress: Progress) -> Iterator[list[Document]]:
    """Yield the records of a walk, and tell how far it is now and then."""
    done, said = 0, time.monotonic()
    for batch in begun.batches():
        yield batch
        done += len(batch)
        progress.check()
        if time.monotonic() - said > SAVE_SECONDS:
            progress.save(done, begun.total)
            said = time.monotonic()
    progress.done = done


def _content_url(job_id: str) -> str:
    return f"/api/v1/exports/{job_id}/content"


def shown(row: Row) -> dict[str, Any]:
    """Return an export in its wire form."""
    work = orjson.loads(row["input"])
    found = jobs.shown(row) | {"object": KIND, "resource": work["resource"], "format": work["format"], "question": question_of(work["pairs"])}
    return found | {"content_url": _content_url(row["id"]) if row["state"] == "completed" else None}


_resource: Final = JobResource(KIND, KIND, shown)
get, list_page, cancel = _resource.get, _resource.list_page, _resource.cancel


def content(actor: Actor, export_id: str) -> tuple[Iterator[bytes], str, str]:
    """Return the file of an export piece by piece, its name and its type. Raises Missing, or Conflict before it is complete.

    Whoever reads it needs what whoever asked for it needed.
    """
    permit(actor, f"{KIND}s:read")
    row = _resource.find(actor, export_id)
    work = orjson.loads(row["input"])
    permit(actor, f"{work['resource'].partition('/')[0]}:read")
    if row["state"] != "completed":
        raise Conflict(f"This export is {row['state']}; its file is there once it is completed.", code="export_not_complete", retry_after=1)
    return result_files.read(actor.tenant_id, export_id), f"{work['resource'].replace('/', '-')}.{work['format']}", FORMATS[work["format"]].media_type
