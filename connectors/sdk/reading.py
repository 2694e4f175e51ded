"""Reads a resource as it is declared: opens the run, walks its pages, splits off deletes, and closes it with the cursor for the next one.

A run may be dropped after any page and resumed from that page's cursor; a token that the vendor has forgotten begins a new listing, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from connectors.sdk.cursor import HOUR_MS, EventLog, Run
from connectors.sdk.deletes import ArchivedList, DeletedEndpoint, InBand
from connectors.sdk.errors import CursorExpired
from connectors.sdk.pager import Allowed
from connectors.sdk.paths import at
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.times import write_time
from connectors.sdk.values import Cursor, Page, Record, Steps

DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True)
class Reader:
    """Reads one resource; `allowed` tells which hosts may be called, `partition` is put on every page."""

    resource: Resource
    now_ms: int
    allowed: Allowed
    partition: str = ""

    def read(self, cursor: Cursor | None) -> Steps[Page]:
        """Yield the pages since a cursor, then those of deletes that stand elsewhere."""
        run = self._opened(cursor)
        try:
            yield from self._walk(run, "")
        except CursorExpired as expired:
            run = self.resource.cursor.open(None, self.now_ms)
            yield from self._walk(run, expired.stable_code)

    def _opened(self, cursor: Cursor | None) -> Run:
        if cursor and "run" in cursor:
            return dict(cursor["run"])
        return self.resource.cursor.open(cursor, self.now_ms)

    def _walk(self, run: Run, restart: str) -> Steps[Page]:
        if run.get("stage") != "deletes":
            yield from self._rows(run, restart)
        if run.get("stage") == "deletes":
            yield from self._deletes(run)

    def _rows(self, run: Run, restart: str) -> Steps[Page]:
        resource, place = self.resource, run.get("at")
        while True:
            begins = bool(run["full"]) and place is None
            response = yield resource.pager.turn(resource.cursor.ask(resource.request, run), place)
            resource.cursor.note(run, response)
            page, seen = self._page(run, response)
            place = resource.pager.advance(place, response, seen, self.allowed)
            run["at"] = place
            if place is None and self._apart():
                run["stage"] = "deletes"
            ends = place is None
            cursor = resource.cursor.close(run) if ends and not self._apart() else {"run": dict(run)}
            yield replace(page, cursor=cursor, begins=begins, ends=ends and bool(run["full"]), restart=restart if begins else "")
            if ends:
                return

    def _page(self, run: Run, response: Response) -> tuple[Page, list[str]]:
        """Return what stands in one answer, and the marks of all its rows."""
        resource = self.resource
        if isinstance(resource.cursor, EventLog) and not run["full"]:
            entries = response.rows(resource.cursor.rows)
            return self._happened(resource.cursor, entries), [f"{at(entry, 'id')}@" for entry in entries]
        records = [resource.record(row) for row in response.rows(resource.rows)]
        total = response.at(resource.total) if resource.total else None
        return self.split(records, total if isinstance(total, int) else None), [mark(record) for record in records]

    def split(self, records: Sequence[Record], total: int | None = None) -> Page:
        """Return a page of records, those that say of themselves that they are deleted as deletes."""
        deletes = self.resource.deletes
        gone = [record.id for record in records if isinstance(deletes, InBand) and record.id and deletes.marks(record.values)]
        return Page([record for record in records if record.id not in gone], gone, partition=self.partition, total=total)

    def _happened(self, log: EventLog, entries: Sequence[Any]) -> Page:
        """Return what entries of the log say. The log has its newest first, so the first entry about a row counts."""
        latest: dict[str, tuple[bool, Record]] = {}
        for entry in entries:
            kind = str(at(entry, log.type, ""))
            record = self.resource.record(at(entry, log.record))
            if kind.startswith(log.prefix):
                latest.setdefault(record.id, (kind.endswith(log.deleted), record))
        rows = [record for deleted, record in latest.values() if not deleted]
        return Page(rows, [identity for identity, (deleted, _) in latest.items() if deleted], partition=self.partition)

    def _apart(self) -> bool:
        return isinstance(self.resource.deletes, ArchivedList | DeletedEndpoint)

    def _deletes(self, run: Run) -> Steps[Page]:
        deletes = self.resource.deletes
        if isinstance(deletes, ArchivedList):
            yield from self._archived(run, deletes)
        elif isinstance(deletes, DeletedEndpoint):
            yield from self._deleted(run, deletes)

    def _archived(self, run: Run, deletes: ArchivedList) -> Steps[Page]:
        place = run.get("at")
        request = self.resource.request if not deletes.path else Request("GET", deletes.path)
        while True:
            response = yield self.resource.pager.turn(request.with_params(dict(deletes.params)), place)
            records = [self.resource.record(row) for row in response.rows(self.resource.rows)]
            place = self.resource.pager.advance(place, response, [mark(record) for record in records], self.allowed)
            run["at"] = place
            cursor = {"run": dict(run)} if place else self.resource.cursor.close(run)
            yield Page(deletes=[record.id for record in records if record.id], cursor=cursor, partition=self.partition)
            if place is None:
                return

    def _deleted(self, run: Run, deletes: DeletedEndpoint) -> Steps[Page]:
        """Yield what was deleted in the window, as far back as the vendor knows."""
        until: int = run.get("began", self.now_ms)
        since = max(run.get("since") or 0, until - deletes.max_age_days * DAY_MS)
        window: Mapping[str, str | int] = {
            deletes.since: write_time(since, deletes.format),
            deletes.until: write_time(until, deletes.format),
        }
        response = yield Request("GET", deletes.path, window, scope=self.resource.scope)
        gone = [str(at(row, deletes.id)) for row in response.rows(deletes.rows)]
        yield Page(deletes=gone, cursor=self.resource.cursor.close(run), partition=self.partition)


def mark(record: Record) -> str:
    """Return what a pager knows a row by: its id, and when it was last changed."""
    return f"{record.id}@{record.modified}"


def allowed_hosts(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a host is one of these: `api.vendor.com`, or `*.vendor.com` for what lies below it."""
    exact = {pattern.lower() for pattern in patterns if not pattern.startswith("*.")}
    below = tuple(pattern[1:].lower() for pattern in patterns if pattern.startswith("*."))
    return lambda host: host.lower() in exact or (bool(below) and host.lower().endswith(below))
