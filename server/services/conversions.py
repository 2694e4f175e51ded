"""Conversions: a table in one format becomes the same table in another; nothing of it is stored but the result of a job.

No row is lost in silence: one that cannot be read refuses the whole, unless whoever asks says to leave such rows out.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict

from server.domain.errors import Conflict, Fault, Missing, Unprocessable
from server.domain.permissions import permit
from server.services import import_files, jobs, result_files
from server.services.exchange.convert import NEUTRALISED
from server.services.exchange.detect import detect_layout
from server.services.exchange.layout import Layout
from server.services.exchange.readers import open_rows, read_columns
from server.services.exchange.row import Row, RowError
from server.services.exporting.columns import Column, Table
from server.services.exporting.formats import FORMATS, TableFormat
from server.services.job_resources import JobResource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from server.domain.actor import Actor
    from server.services.jobs import Progress

KIND: Final = "convert"
SCOPE: Final = "imports:write"
BATCH: Final = 500
MOST_FAULTS: Final = 50
MOST_AT_ONCE: Final = 2 * 1024 * 1024
_resource: Final = JobResource(KIND, "conversion", jobs.shown)
"""How many bytes of a file are converted while whoever sent it waits; a longer one becomes a job."""


class Conversion(BaseModel):
    """What a table is to become."""

    model_config = ConfigDict(extra="forbid")

    to: TableFormat
    skip_unreadable: bool = False


@dataclass
class _Reading:
    """A table that is read for another format; `skipped` counts the rows that were left out."""

    path: Path
    layout: Layout
    wanted: Conversion
    read: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list)

    def table(self) -> Table:
        """Return the columns; formats that name cells row by row are read through for that."""
        names = self._all_columns() if self.layout.format in {"jsonl", "xml"} else read_columns(self.path, self.layout)
        return Table("rows", "row", tuple(Column(name, (name,)) for name in names))

    def _all_columns(self) -> list[str]:
        found: dict[str, None] = {}
        with closing(open_rows(self.path, self.layout)) as every:
            for row in every:
                found.update(dict.fromkeys(row.cells) if isinstance(row, Row) else ())
        return list(found)

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows as documents. Raises Unprocessable at the end of a table with rows that cannot be read."""
        shape = _nested if self.wanted.to == "jsonl" else _plain
        batch: list[dict[str, Any]] = []
        with closing(open_rows(self.path, self.layout)) as every:
            for row in every:
                if isinstance(row, RowError):
                    self._note(row)
                    continue
                batch.append(shape(row.cells))
                self.read += 1
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch
        if self.faults:
            detail = f"{self.skipped} rows cannot be read; skip_unreadable=true leaves them out."
            raise Unprocessable(detail, code="unreadable_rows", faults=self.faults)

    def _note(self, error: RowError) -> None:
        self.skipped += 1
        if not self.wanted.skip_unreadable and len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(f"line {error.line}", error.code, error.reason))


def _plain(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return cells as a flat document, without the apostrophe that keeps a spreadsheet from seeing a formula."""
    return {name: cell[1:] if isinstance(cell, str) and NEUTRALISED.match(cell) else cell for name, cell in cells.items()}


def _nested(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return cells as a document in which `address.city` lies inside `address`."""
    found: dict[str, Any] = {}
    for name, cell in _plain(cells).items():
        *outer, last = name.split(".") if all(name.split(".")) else [name]
        inside = found
        for part in outer:
            below = inside.setdefault(part, {})
            inside = below if isinstance(below, dict) else inside
        inside[last if inside is not found or not outer else name] = cell
    return found


def convert(actor: Actor, path: Path, wanted: Conversion) -> tuple[bytes, int]:
    """Return a brief table in another format, and how many rows were left out. Raises Unprocessable for what is no table."""
    permit(actor, SCOPE)
    reading = _Reading(path, detect_layout(path).layout, wanted)
    return b"".join(FORMATS[wanted.to].write(reading.table(), reading.batches())), reading.skipped


def begin(actor: Actor, path: Path, wanted: Conversion) -> dict[str, Any]:
    """Take a file over and have it converted by the worker. Raises Unprocessable for what is no table."""
    permit(actor, SCOPE)
    detect_layout(path)
    job_id = jobs.new_id(KIND)
    path.replace(import_files.source(actor.tenant_id, job_id))
    with import_files.kept(actor.tenant_id, job_id):
        return jobs.create(actor, KIND, wanted.model_dump(), job_id=job_id)


def run_conversion(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Convert a file as a job; it begins anew after a kill."""
    wanted, path = Conversion.model_validate(work), import_files.source(actor.tenant_id, progress.job_id)
    if not path.exists():
        raise Missing("The file of this conversion is not here any more, or lies on another host.", code="file_missing")
    reading = _Reading(path, detect_layout(path).layout, wanted)
    size = result_files.keep(actor.tenant_id, progress.job_id, FORMATS[wanted.to].write(reading.table(), _told(reading, progress)))
    path.unlink()
    content_url = f"/api/v1/convert/{progress.job_id}/content"
    return {"rows": reading.read, "skipped": reading.skipped, "bytes": size, "content_url": content_url}


def _told(reading: _Reading, progress: Progress) -> Iterator[list[dict[str, Any]]]:
    for batch in reading.batches():
        yield batch
        progress.save(reading.read)


def content(actor: Actor, job_id: str) -> tuple[Iterator[bytes], str, str]:
    """Return what a conversion came to piece by piece, its name and its type. Raises Missing, or Conflict before it is complete."""
    permit(actor, "imports:read")
    row = _resource.find(actor, job_id)
    if row["state"] != "completed":
        raise Conflict(f"This conversion is {row['state']}; its file is there once it is completed.", code="export_not_complete", retry_after=1)
    to = orjson.loads(row["input"])["to"]
    return result_files.read(actor.tenant_id, job_id), f"{job_id}.{to}", FORMATS[to].media_type
