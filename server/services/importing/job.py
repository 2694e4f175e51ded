"""The job of an import: batches of rows, each written in a brief transaction together with how far the import has come.

After a kill it goes on behind the last batch that was committed, and no row is done twice. A transaction ends after a
hundred rows or twenty milliseconds of work; while others write too, the next one waits half as long as the last took, so that
they get their turn on SQLite, where a waiting writer of another process only looks now and then.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later, Missing
from server.services import events, import_files, object_types
from server.services.exchange.errors_file import ErrorsFile
from server.services.exchange.readers import open_rows
from server.services.exchange.row import Row, RowError
from server.services.importing.plan import Plan, compile_plan, secret_columns
from server.services.importing.rehearsal import Rehearsal
from server.services.importing.writer import COUNTED, Prepared, Writer
from server.store import database, import_changes
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from server.domain.actor import Actor
    from server.services.exchange.mapper import Mapper
    from server.services.jobs import Progress

BATCH_ROWS: Final = 100
BATCH_SECONDS: Final = 0.02
PAUSE_SHARE: Final = 0.5
CHECK_EVERY: Final = 5_000


def run_import(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Import a file; returns what became of its rows."""
    plan = Plan.model_validate(work)
    if progress.position.get("ended"):
        return result_of(plan, progress.position)
    path = import_files.source(actor.tenant_id, progress.job_id)
    if not path.exists():
        raise Missing("The file of this import is not here any more, or lies on another host.", code="file_missing")
    if plan.options.dry_run:
        progress.position = {}  # what it rehearsed went with the process; it has written nothing
    secret = secret_columns(actor, plan)
    with ExitStack() as stack, _forgetting(path if secret else None):
        _Run(actor, plan, path, progress, stack, secret).run()
    return result_of(plan, progress.position)


@contextmanager
def _forgetting(path: Path | None) -> Iterator[None]:
    """Remove a file once the work inside has ended for good, well or badly; what is only put off needs it again."""
    try:
        yield
    except Later:
        raise
    except JunctionError:
        if path is not None:
            path.unlink(missing_ok=True)
        raise
    if path is not None:
        path.unlink(missing_ok=True)


def result_of(plan: Plan, position: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an import has come to, so far or in the end."""
    counts = position.get("counts") or dict.fromkeys(COUNTED, 0)
    return {"rows": position.get("rows", 0), **counts, "dry_run": plan.options.dry_run}


class _Run:
    """One import under way."""

    def __init__(self, actor: Actor, plan: Plan, path: Path, progress: Progress, stack: ExitStack, secret: frozenset[str]) -> None:
        self.actor, self.plan, self.path, self.progress = actor, plan, path, progress
        position = progress.position
        self.rows: int = position.get("rows", 0)
        self.refused_size: int = position.get("refused_size", 0)
        rehearsal = stack.enter_context(closing(Rehearsal())) if plan.options.dry_run else None
        self.mapper, match = compile_plan(actor, plan)
        counts = {**dict.fromkeys(COUNTED, 0), **position.get("counts", {})}
        kept_for = progress.job_id if secret else None
        self.writer = Writer(actor, object_types.named(actor, plan.resource), plan, match, counts, rehearsal, kept_for)
        refused = import_files.refused(actor.tenant_id, progress.job_id)
        delimiter = plan.layout.delimiter
        self.refused = stack.enter_context(ErrorsFile(refused, plan.columns, delimiter, kept=self.refused_size, hidden=secret))
        self.refused_size = self.refused.flush()

    def run(self) -> None:
        """Do every row that is left."""
        total = self.progress.total if self.progress.total is not None else self._count()
        self._save(total)
        with closing(open_rows(self.path, self.plan.layout)) as rows:
            left = self._behind(rows)
            while batch := deque(_prepared(self.mapper, left)):
                while batch:
                    self._step(batch, total)
        self._end(total)

    def _count(self) -> int | None:
        """Return how many rows there are; unknown for a workbook, which is slow to go through."""
        if self.plan.layout.format == "xlsx":
            return None
        found = 0
        with closing(open_rows(self.path, self.plan.layout)) as rows:
            for found, _ in enumerate(rows, start=1):
                if found % CHECK_EVERY == 0:
                    self.progress.check()
        return found

    def _behind(self, rows: Iterator[Row | RowError]) -> Iterator[Row | RowError]:
        """Pass over the rows that are done."""
        for number, _ in enumerate(islice(rows, self.rows), start=1):
            if number % CHECK_EVERY == 0:
                self.progress.check()
        return rows

    def _step(self, batch: deque[Prepared | list[RowError]], total: int | None) -> None:
        """Take what one transaction may hold off the batch, and write it."""
        begun = time.thread_time()
        if self.writer.rehearsal is None:
            with database.transaction():
                self._write(batch, begun)
                self._note()
                self._save(total)
        else:
            with database.trial():
                self._write(batch, begun)
            self.writer.undone()
            self._save(total)
        if database.others_wrote():
            time.sleep((time.thread_time() - begun) * PAUSE_SHARE)

    def _write(self, batch: deque[Prepared | list[RowError]], begun: float) -> None:
        refused = 0
        while batch:
            errors = self._apply(batch.popleft())
            if errors:
                self.refused.write(errors)
                refused += 1
            self.rows += 1
            if time.thread_time() - begun > BATCH_SECONDS:
                break
        if refused:
            self.refused_size = self.refused.flush()

    def _note(self) -> None:
        """Keep what was changed, so that it can be taken back."""
        import_changes.note(self.actor.tenant_id, self.actor.mode, self.progress.job_id, self.writer.changes, clock.now_ms())
        self.writer.changes.clear()

    def _apply(self, row: Prepared | list[RowError]) -> list[RowError]:
        if isinstance(row, Prepared):
            return self.writer.apply(row)
        self.writer.counts["refused"] += 1
        return row

    def _position(self, **rest: Any) -> dict[str, Any]:
        return {"rows": self.rows, "counts": self.writer.counts, "refused_size": self.refused_size, **rest}

    def _save(self, total: int | None) -> None:
        self.progress.save(self.rows, total, self._position())

    def _end(self, total: int | None) -> None:
        """Tell that the import is complete, once: the event commits with the note that it was told."""
        with database.transaction():
            self.progress.save(self.rows, self.rows if total is None else total, self._position(ended=True))
            if not self.plan.options.dry_run:
                record = {"object": "import", "id": self.progress.job_id, "resource": self.plan.resource, "file_name": self.plan.file_name}
                record |= result_of(self.plan, self.progress.position)
                events.emit(self.actor, "import.completed", self.progress.job_id, record=record)


def _prepared(mapper: Mapper, rows: Iterator[Row | RowError]) -> Iterator[Prepared | list[RowError]]:
    """Turn the next rows into bodies, or into the reasons why they have none."""
    for row in islice(rows, BATCH_ROWS):
        if isinstance(row, RowError):
            yield [row]
            continue
        body, errors = mapper.apply(row)
        yield errors or Prepared(row.line, body, row.cells)
