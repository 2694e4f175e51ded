"""Reads a resource as it is declared: opens the run, walks its pages, splits off deletes, and closes it with the cursor for the next one.

A run may be dropped after any page and resumed from that page's cursor; a token that the vendor has forgotten begins a new listing, once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from connectors.sdk.cursor import HOUR_MS, EventLog, Run
from connectors.sdk.deletes import ArchivedList, DeletedEndpoint, InBand, apart
from connectors.sdk.errors import ConnectorError, CursorExpired
from connectors.sdk.pager import Allowed
from connectors.sdk.paths import at
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.times import read_time, write_time
from connectors.sdk.values import Asked, Cursor, Page, Record, Steps

DAY_MS: Final = 24 * HOUR_MS
DELETES_UNKNOWN: Final = "deletes_unknown"
DELETES_UNKNOWN_WORDS: Final = "The vendor no longer tells all that was deleted since the last run."


@dataclass(frozen=True)
class Reader:
    """Reads one resource by its `request`; `allowed` tells which hosts may be called, `partition` is put on every page."""

    resource: Resource
    request: Request
    now_ms: int
    allowed: Allowed
    partition: str = ""

    def read(self, cursor: Cursor | None) -> Steps[Page]:
        """Yield the pages since a cursor, then those of deletes that stand elsewhere."""
        run = self._opened(cursor)
        try:
            self._require_deletes(run)
            yield from self._walk(run, "")
        except CursorExpired as expired:
            run = self.resource.cursor.open(None, self.now_ms)
            yield from self._walk(run, expired.stable_code)

    def read_deletes(self, cursor: Cursor | None) -> Steps[Page]:
        """Yield the pages of deletes that stand apart from the rows; the cursor stays as it was."""
        run = self.resource.cursor.open(cursor if cursor and "run" not in cursor else None, self.now_ms)
        yield from self._deletes({**run, "at": None, "kept": cursor})

    def _require_deletes(self, run: Run) -> None:
        """Raise CursorExpired where the vendor no longer tells all that was deleted since."""
        deletes, since = self.resource.deletes, run.get("since")
        if isinstance(deletes, DeletedEndpoint) and since and not run["full"] and run["began"] - since > deletes.max_age_days * DAY_MS:
            raise CursorExpired(DELETES_UNKNOWN_WORDS, code=DELETES_UNKNOWN)

    def _opened(self, cursor: Cursor | None) -> Run:
        if cursor and "run" in cursor:
            return dict(cursor["run"])
        return {**self.resource.cursor.open(cursor, self.now_ms), "listed": (cursor or {}).get("listed", 0)}

    def _walk(self, run: Run, restart: str) -> Steps[Page]:
        if run.get("stage") != "deletes":
            yield from self._rows(run, restart)
        if run.get("stage") == "deletes":
            yield from self._deletes(run)

    def _rows(self, run: Run, restart: str) -> Steps[Page]:
        resource, place = self.resource, run.get("at")
        while True:
            begins = bool(run["full"]) and place is None
            response = yield resource.pager.turn(resource.cursor.ask(self.request, run), place)
            resource.cursor.note(run, response)
            page, seen = self._page(run, response)
            place = resource.pager.advance(place, response, seen, self.allowed)
            run["at"] = place
            if place is None and self._due(run):
                run["stage"] = "deletes"
            ends = place is None
            yield replace(page, cursor=self._cursor(run), begins=begins, ends=ends and bool(run["full"]), restart=restart if begins else "")
            if ends:
                return

    def _cursor(self, run: Run) -> Run | None:
        """Return where to go on: in this run, or in the next once everything is read."""
        if "kept" in run:
            kept: Run | None = run["kept"]
            return kept
        if run.get("at") or run.get("stage") == "deletes":
            return {"run": dict(run)}
        closed = self.resource.cursor.close(run)
        return closed and {**closed, **({"listed": run["listed"]} if run.get("listed") else {})}

    def _due(self, run: Run) -> bool:
        deletes = apart(self.resource.deletes)
        hours = deletes.every_hours if isinstance(deletes, ArchivedList) else 0
        return deletes is not None and self.now_ms - run.get("listed", 0) >= hours * HOUR_MS

    def _page(self, run: Run, response: Response) -> tuple[Page, list[str]]:
        """Return what stands in one answer, and the marks of all its rows."""
        resource = self.resource
        if isinstance(resource.cursor, EventLog) and not run["full"]:
            entries = response.rows(resource.cursor.rows)
            return self._happened(resource.cursor, run, entries), [f"{at(entry, 'id')}@" for entry in entries]
        records = [resource.record(row) for row in response.rows(resource.rows)]
        total = response.at(resource.total) if resource.total else None
        return self.split(records, total if isinstance(total, int) else None), [mark(record) for record in records]

    def split(self, records: Sequence[Record], total: int | None = None) -> Page:
        """Return a page of records, those that say of themselves that they are deleted as deletes."""
        deletes = self.resource.deletes
        gone = [record.id for record in records if isinstance(deletes, InBand) and record.id and deletes.marks(record.values)]
        return Page([record for record in records if record.id not in gone], gone, partition=self.partition, total=total)

    def _happened(self, log: EventLog, run: Run, entries: Sequence[Any]) -> Page:
        """Return what entries of the log say. The log has its newest first, so the first entry about a row counts, on whatever page."""
        latest: dict[str, tuple[bool, Record]] = {}
        told = set(run.get("told", ()))
        for entry in entries:
            kind = str(at(entry, log.type, ""))
            record = self.resource.record(at(entry, log.record))
            if kind in log.types and record.id not in told:
                latest.setdefault(record.id, (kind.endswith(log.deleted), record))
        run["told"] = [*run.get("told", ()), *latest]
        rows = [record for deleted, record in latest.values() if not deleted]
        return Page(rows, [identity for identity, (deleted, _) in latest.items() if deleted], partition=self.partition)

    def _deletes(self, run: Run) -> Steps[Page]:
        deletes = apart(self.resource.deletes)
        if isinstance(deletes, ArchivedList):
            yield from self._archived(run, deletes)
        elif deletes is not None:
            yield from self._deleted(run, deletes)

    def _archived(self, run: Run, deletes: ArchivedList) -> Steps[Page]:
        request = Request("GET", deletes.path, scope=self.resource.scope) if deletes.path else self.request
        narrowed = self.resource.cursor.ask(request, run) if deletes.narrowed else request
        pager, place = deletes.pager or self.resource.pager, run.get("at")
        while True:
            response = yield pager.turn(narrowed.with_params(dict(deletes.params)), place)
            records = [self.resource.record(row) for row in response.rows(self.resource.rows)]
            place = pager.advance(place, response, [mark(record) for record in records], self.allowed)
            run |= {"at": place} if place else {"at": None, "stage": "", "listed": self.now_ms}
            yield Page(deletes=[record.id for record in records if record.id], cursor=self._cursor(run), partition=self.partition)
            if place is None:
                return

    def _deleted(self, run: Run, deletes: DeletedEndpoint) -> Steps[Page]:
        """Yield what was deleted in the window, as far back as the vendor knows. Raises CursorExpired where that is not far enough."""
        until: int = run.get("began", self.now_ms)
        since = max(run.get("since") or 0, until - deletes.max_age_days * DAY_MS)
        wide = deletes.overlap * 1000
        window = {deletes.since: write_time(since - wide, deletes.format), deletes.until: write_time(until + wide, deletes.format)}
        response = yield Request("GET", deletes.path, window, scope=self.resource.scope)
        earliest, covered = (read_time(str(response.at(path, ""))) if path else None for path in (deletes.earliest, deletes.covered))
        if earliest is not None and earliest > since and not run["full"] and "kept" not in run:
            raise CursorExpired(DELETES_UNKNOWN_WORDS, code=DELETES_UNKNOWN)
        gone = [str(at(row, deletes.id)) for row in response.rows(deletes.rows)]
        told = {"began": min(until, covered)} if covered is not None else {}
        yield Page(deletes=gone, cursor=self._cursor({**run, **told, "stage": ""}), partition=self.partition)


def changed_pages(steps: Steps[Page], change: Callable[[Page], Page]) -> Steps[Page]:
    """Yield a run with its pages changed; its requests, their answers and their errors pass through."""
    try:
        item = next(steps)
        while True:
            if isinstance(item, Request):
                item = yield from _passed(steps, item)
            else:
                yield change(item)
                item = next(steps)
    except StopIteration:
        return


def up_to(steps: Steps[Page], wanted: Callable[[Page], bool]) -> Generator[Request | Page, Response, Page | None]:
    """Yield a run up to a page that is wanted, and end it there; returns that page, None when there was none."""
    item = next(steps, None)
    while item is not None:
        if isinstance(item, Request):
            item = yield from _passed(steps, item)
        elif wanted(item):
            steps.close()
            return item
        else:
            yield item
            item = next(steps, None)
    return None


def completed_pages(steps: Steps[Page], complete: Callable[[Page], Asked[Page]]) -> Steps[Page]:
    """Yield a run with each page completed by further requests; its own pass through."""
    item = next(steps, None)
    while item is not None:
        if isinstance(item, Request):
            item = yield from _passed(steps, item)
        else:
            yield (yield from complete(item))
            item = next(steps, None)


def every_row(steps: Steps[Page]) -> Asked[list[Record]]:
    """Return the rows of all pages of a run together: for listings that are short, such as choices."""
    found: list[Record] = []
    item = next(steps, None)
    while item is not None:
        if isinstance(item, Request):
            item = yield from _passed(steps, item)
        else:
            found += item.rows
            item = next(steps, None)
    return found


def _passed(steps: Steps[Page], request: Request) -> Generator[Request, Response, Request | Page]:
    try:
        response = yield request
    except ConnectorError as error:
        return steps.throw(error)
    return steps.send(response)


def mark(record: Record) -> str:
    """Return what a pager knows a row by: its id, and when it was last changed."""
    return f"{record.id}@{record.modified}"


def allowed_hosts(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a host is one of these: `api.vendor.com`, or `*.vendor.com` for what lies below it."""
    exact = {pattern.lower() for pattern in patterns if not pattern.startswith("*.")}
    below = tuple(pattern[1:].lower() for pattern in patterns if pattern.startswith("*."))
    return lambda host: host.lower() in exact or (bool(below) and host.lower().endswith(below))
