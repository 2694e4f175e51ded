"""The presenter of a list: which pages to read for the filters of the moment, and what to do with them. It knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from app.client.api import Api, Page, Row
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.client.references import REFERENCES
from app.models.columns import NAMED, Column, cell, reach
from app.models.remote_table import RemoteTable
from app.pages.naming import Names
from app.pages.specs import OWNER, Filter, ListView


class Runs(Protocol):
    """What a presenter wants of the pool."""

    def run(
        self, work: Callable[[Cancellation], Any], done: Callable[[Any], None], failed: Callable[[ClientError], None], lane: object = None
    ) -> object:
        """Do work elsewhere and hand over what comes of it."""

    def cancel(self, lane: object) -> None:
        """Want no result of a lane any more."""


class Listing:
    """One list. `shown` is called after every page, `failed` when one could not be read."""

    def __init__(
        self,
        spec: ListView,
        api: Api,
        jobs: Runs,
        shown: Callable[[], None] = lambda: None,
        failed: Callable[[ClientError], None] = lambda _: None,
        names: Names | None = None,
    ) -> None:
        self.spec = spec
        self.api = api
        self.model = RemoteTable(spec.columns)
        self.path = "" if spec.of else spec.path
        self._plain = {wanted.query: wanted.pattern.format(wanted.default) for wanted in spec.filters if wanted.default}
        self.query = dict(self._plain)
        self.words = ""
        self.sort = spec.sort
        self._jobs = jobs
        self._shown = shown
        self._failed = failed
        self._names = names or Names()
        self.model.wanted.connect(self._read)

    @property
    def filtered(self) -> bool:
        """Whether something is filtered out that is shown at first."""
        return self.query != self._plain or bool(self.words)

    def reload(self) -> None:
        """Read from the beginning."""
        self._jobs.cancel(self)
        if self.path:
            self.model.begin()

    def reread(self) -> None:
        """Read the same from the beginning; what was read before stays until it is here, or to be read where nobody answers."""
        if not self.model.rowCount():
            self.reload()
            return

        def put(found: Page) -> None:
            self.model.restart(found.rows, found.cursor)
            self._shown()

        self._ask(None, put, self._failed, self)

    def move(self, api: Api) -> None:
        """Ask for another tenant, or mode; nothing of the one before is shown any more."""
        if api is not self.api:
            self._jobs.cancel(self)
            self.api = api
            self.model.restart(())

    def reshape(self, spec: ListView) -> None:
        """List the same rows with other columns; an order by one that is gone is the first one again."""
        self.spec = spec
        if self.sort.removeprefix("-") not in {wanted.sort for wanted in spec.columns}:
            self.sort = spec.sort
        self.model.reshape(spec.columns)

    def belong(self, owner: str) -> None:
        """List what belongs to this thing."""
        self.path = self.spec.path.replace(OWNER, owner) if owner else ""
        if not owner:
            self.model.restart(())
        self.reload()

    def follow(self) -> None:
        """Look at the top again: what has changed is shown in its place, what is new begins the list afresh."""

        def put(found: Page) -> None:
            held = [self.model.row_at(place) for place in range(len(found.rows))]
            if found.rows == held:
                return
            if identities(found.rows) == identities(held):
                self.model.put(0, found.rows, found.cursor)
            else:
                self.model.restart(found.rows, found.cursor)
            self._shown()

        self._ask(None, put, self._failed, (self, "follow"))

    def filter(self, chosen: Sequence[tuple[Filter, str]]) -> None:
        """Take these filters; an empty value is none."""
        query = {wanted.query: wanted.pattern.format(value) for wanted, value in chosen if value and not wanted.held}
        words = " ".join(value for wanted, value in chosen if wanted.held)
        if (query, words) != (self.query, self.words):
            self.query, self.words = query, words
            self.reload()

    def order(self, section: int, *, descending: bool) -> bool:
        """Have the server sort by a column; False for one it cannot sort by."""
        key = self.spec.columns[section].sort
        if key is None:
            return False
        self.sort = f"-{key}" if descending else key
        self.reload()
        return True

    def questions(self) -> dict[str, str]:
        """Return what is asked of the server besides the place."""
        return {**self.query, **({"sort": self.sort} if self.sort else {})}

    def _read(self, page: int, cursor: str | None) -> None:
        def put(found: Page) -> None:
            self.model.put(page, found.rows, found.cursor)
            self._shown()

        def fail(error: ClientError) -> None:
            self.model.give_up(page)
            self._failed(error)

        # The first page supersedes whatever was under way; later ones only themselves.
        self._ask(cursor, put, fail, self if page == 0 else (self, page))

    def _ask(self, cursor: str | None, put: Callable[[Page], None], fail: Callable[[ClientError], None], lane: object) -> None:
        """Read a page; an answer to what is no longer asked, such as of another tenant, is passed over."""
        asked = self.api, self.path, self.questions(), self.words

        def take(found: Page) -> None:
            if asked == (self.api, self.path, self.questions(), self.words):
                put(found)

        query, words = asked[2:]
        self._jobs.run(lambda cancellation: self._page(query, words, cursor, cancellation), take, fail, lane)

    def _page(self, query: dict[str, str], words: str, cursor: str | None, cancellation: Cancellation) -> Page:
        """Read rows, and what the ids in them stand for; of a list that comes whole only those that say the words."""
        found = self.api.page(self.path, query, cursor, cancellation=cancellation)
        if self.spec.prepared:
            found = Page([self.spec.prepared(row) for row in found.rows], found.cursor)
        if self.path in REFERENCES:
            self._names.take(self.api, self.path, found.rows)
        self._names.fill(self.api, (*self.spec.columns, *self.spec.facts), found.rows, cancellation)
        if words:
            rows = [row for row in found.rows if says(self.spec.columns, row, words)]
            return Page(rows, found.cursor)
        return found


def says(columns: Sequence[Column], row: Row, words: str) -> bool:
    """Tell whether all these words stand in what a row shows."""
    shown = " ".join(cell(column, row).text for column in columns).casefold()
    return all(word in shown for word in words.casefold().split())


def title_of(spec: ListView, row: Row) -> str:
    """Return what a row is called."""
    named = row.get(NAMED, {})
    parts = [str(found) for name in spec.name.split() if (found := named.get(name) or reach(row, name))]
    return " ".join(parts) or str(row.get("id", ""))


def identity(row: Row | None) -> str:
    """Return what tells a row from the others of its list; empty for one that is on its way."""
    return str(row.get("id") or row.get("name") or "") if row else ""


def identities(rows: Sequence[Row | None]) -> list[str]:
    """Return what tells rows from one another."""
    return [identity(row) for row in rows]
