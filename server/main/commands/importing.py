"""`junction import`: a file into a tenant's records, in the foreground, with its progress on the terminal.

It is a job like any other: whoever reads `/imports` sees it, and a worker goes on with it when this process is killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.actor import system_actor
from server.domain.errors import Unprocessable
from server.main.invocation import WrongUsage, columns
from server.main.validation import checked_mapping
from server.services import import_files, imports, jobs, tenants
from server.services.importing.job import run_import
from server.services.imports import ImportRequest
from server.services.jobs import Progress
from server.store import database
from server.system import presence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.actor import Actor
    from server.main.invocation import Invocation

LEASE_MS: Final = 30_000
RENEW_SECONDS: Final = 5.0
SHOW_SECONDS: Final = 0.2
BAR: Final = 24


def run(call: Invocation) -> int:
    """Import a file and say what became of its rows."""
    path = Path(call.file)
    request = _request(call)
    call.open()
    actor = system_actor(tenants.find(call.tenant)["id"], "test" if call.test else "live")
    with _copied(path) as copied:
        _confirm(call, actor, copied, request)
        lease = presence.new_lease()
        job = imports.create_taken(actor, copied, request, path.name, lease, LEASE_MS)
    progress = Progress(job.id, lease, {}, 0, None)
    with _shown(call, progress), _stopped_by_hand(progress):
        jobs.perform(job, progress, run_import)
    found = imports.get(actor, job.id)
    errors = _write_errors(call, actor, job.id, path)
    call.answer(found | ({"errors_file": str(errors)} if errors else {}), _lines(found, errors))
    return 0 if found["state"] == "completed" else 1


def _request(call: Invocation) -> ImportRequest:
    given = {name: getattr(call, name) for name in ("on_match", "encoding", "delimiter", "sheet", "dates", "currency")}
    options = {name: value for name, value in given.items() if value is not None}
    options |= {name: True for name in ("dry_run", "create_companies") if getattr(call, name)}
    if call.match is not None:
        options["match"] = None if call.match == "none" else call.match
    return checked_mapping(ImportRequest, {"resource": call.resource, "mapping": _mapping(call.mapping), "options": options})


def _mapping(path: str | None) -> Any:
    if path is None:
        return None
    try:
        return orjson.loads(Path(path).read_bytes())
    except ValueError as error:
        raise Unprocessable(f"The mapping in {path} is not JSON.") from error


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """Copy a file into the data folder: it stays as it is while it is imported."""
    number, name = tempfile.mkstemp(dir=import_files.arriving())
    copy = Path(name)
    try:
        with path.open("rb") as source, os.fdopen(number, "wb") as target:
            shutil.copyfileobj(source, target)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _confirm(call: Invocation, actor: Actor, path: Path, request: ImportRequest) -> None:
    """Show how the file would be read and ask whether to go on."""
    if call.yes or call.dry_run:
        return
    if not sys.stdin.isatty() or call.as_json:
        raise WrongUsage("Nobody is there to be asked: give --yes, or --dry-run to see what would happen.")
    seen = imports.preview(actor, path, request, None)
    found = [(column["name"], seen["mapping"].get(column["name"], "(left out)"), *column["samples"][:1]) for column in seen["columns"]]
    for line in columns([("COLUMN", "FIELD", "FIRST VALUE"), *((*row, "")[:3] for row in found)]):
        call.say(line)
    if input(f"Import into {request.resource}? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise Unprocessable("Nothing was imported.")


@contextmanager
def _stopped_by_hand(progress: Progress) -> Iterator[None]:
    """Let Ctrl-C end the import at its next step; what is done stays."""

    def stop(*_: object) -> None:
        progress.cancelled = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _shown(call: Invocation, progress: Progress) -> Iterator[None]:
    """Keep the job's lease, and show how far it is, in a thread beside the work."""
    over = Event()
    thread = Thread(target=_watch, args=(call, progress, over), name="progress")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        call.settled()


def _watch(call: Invocation, progress: Progress, over: Event) -> None:
    begun = said = time.monotonic()
    while not over.wait(SHOW_SECONDS):
        line = progress_line(progress.done, progress.total, time.monotonic() - begun)
        call.progress(line)
        if time.monotonic() - said >= RENEW_SECONDS:
            said = time.monotonic()
            jobs.renew(progress, LEASE_MS)
            if not sys.stderr.isatty():
                call.say(line)
    database.close()


def progress_line(done: int, total: int | None, seconds: float) -> str:
    """Return how far an import is: a bar and the time left where the number of rows is known."""
    rate = done / seconds if seconds > 0 else 0.0
    if not total:
        return f"{done:,} rows  {rate:,.0f}/s"
    filled = BAR * done // total
    left = f"  {(total - done) / rate:,.0f} s left" if rate else ""
    return f"[{'#' * filled}{'.' * (BAR - filled)}] {100 * done // total:3} %  {done:,} of {total:,} rows  {rate:,.0f}/s{left}"


def _write_errors(call: Invocation, actor: Actor, import_id: str, path: Path) -> Path | None:
    """Write the refused rows where they were asked for: beside the file, unless another place is named."""
    if call.errors is None:
        return None
    target = Path(call.errors) if call.errors else path.with_name(f"{path.name}.errors.csv")
    with target.open("wb") as stream:
        stream.writelines(imports.refused_rows(actor, import_id))
    return target


def _lines(found: dict[str, Any], errors: Path | None) -> list[str]:
    counts = found["counts"]
    would = "would be " if counts["dry_run"] else ""
    shown = ", ".join(f"{counts[name]:,} {would}{name}" for name in ("created", "updated", "unchanged", "skipped", "refused"))
    lines = [f"{found['id']} is {found['state']}: {counts['rows']:,} {'row' if counts['rows'] == 1 else 'rows'}; {shown}."]
    if counts["companies_created"]:
        lines.append(f"{counts['companies_created']:,} companies {would}created on the way.")
    if found["error"]:
        lines.append(found["error"]["detail"])
    return [*lines, f"The refused rows are in {errors}."] if errors else lines
