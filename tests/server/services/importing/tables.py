"""Files to import and jobs to import them by, in the process of the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from server.domain.actor import Actor
from server.services import imports, jobs
from server.services.importing.job import run_import
from server.services.imports import ImportRequest
from server.services.jobs import Progress
from server.store.jobs import TakenJob

LEASE_MS = 30_000


def write(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    """Write a file that an import may take over."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def begin(actor: Actor, path: Path, resource: str = "contacts", mapping: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """Take a file over and begin to import it."""
    return imports.create(actor, path, ImportRequest.model_validate({"resource": resource, "mapping": mapping, "options": options}), path.name)


def take(lease: str = "lease_1") -> tuple[TakenJob, Progress]:
    """Take the one import that is due."""
    job = jobs.take(("import",), lease, LEASE_MS)
    assert job is not None
    return job, Progress(job.id, lease, jobs.position_of(job), job.done, job.total)


def imported(actor: Actor, path: Path, resource: str = "contacts", mapping: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """Import a file and return the import as it is shown at its end."""
    begun = begin(actor, path, resource, mapping, **options)
    jobs.perform(*take(), run_import)
    return imports.get(actor, begun["id"])


def counts(found: dict[str, Any]) -> dict[str, int]:
    """Return what became of the rows, without what is zero."""
    assert found["state"] == "completed", json.dumps(found["error"])
    return {name: count for name, count in found["counts"].items() if count and name != "dry_run"}


def refusals(actor: Actor, found: dict[str, Any]) -> str:
    """Return the file of refused rows."""
    return b"".join(imports.refused_rows(actor, found["id"])).decode("utf-8-sig")
