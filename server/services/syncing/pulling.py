"""Reading a resource: page by page, each committed together with the cursor that goes on behind it.

A page is written in steps of at most a hundred rows, so that other writers get their turn; its cursor moves with the last. After a kill
the page that was under way is read once more, and what it wrote already is recognised. What a whole listing lacks is deleted only once
the listing has ended cleanly, and never beyond the guard: then a person is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError
from server.outbound.vendors.values import SWEPT, Guard, Page, guard_of
from server.services.syncing import asking
from server.services.syncing.applying import Applier
from server.store import database, external_records, sync_states
from server.store.sync_states import State
from server.system import clock

if TYPE_CHECKING:
    from server.services.syncing.connections import Connection

STEP_ROWS: Final = 100
PAUSE_SHARE: Final = 0.25
WORST_SHARE: Final = 0.5
FEWEST_JUDGED: Final = 10
_DEFAULT_GUARD: Final = Guard(0.2, 10)
Save = Callable[[int | None], None]
"""Notes how far the run is, in the open transaction; raises to stop it."""


@dataclass
class Pull:
    """Reads one resource for one run."""

    connection: Connection
    applier: Applier
    state: State
    save: Save
    say: Callable[[str], None]
    """Tells whoever looks at the run why something was listed anew."""

    def run(self, *, relist: bool) -> None:
        """Read from the cursor on; `relist` begins a listing of everything."""
        connector = self.connection.connector
        cursor = None if relist else self.state.cursor
        for page in self.connection.driver.run(connector.import_data(self.applier.name, cursor)):
            self._take(page)

    def deletes(self) -> None:
        """Read only what the vendor tells of deletions apart from the rows."""
        for page in self.connection.driver.run(self.connection.connector.import_deletes(self.applier.name, self.state.cursor)):
            with database.transaction():
                self._end(page)

    def _take(self, page: Page) -> None:
        """Write a page, its deletes and its cursor."""
        before, counted = self.applier.trouble, len(page.rows)
        if page.begins:
            self.state.generation += 1
            self.state.rescanned[page.partition] = (self.state.generation, page.restart)
            if page.restart:
                self.say(page.restart)
        steps = list(_steps(page))
        for number, rows in enumerate(steps):
            began = time.thread_time()
            with database.transaction():
                self.applier.apply(rows, page.partition, self.state.generation)
                if number == len(steps) - 1:
                    self._end(page)
            if database.others_wrote():
                time.sleep((time.thread_time() - began) * PAUSE_SHARE)
        self._judge(self.applier.trouble - before, counted)

    def _end(self, page: Page) -> None:
        """Write what comes with the last step of a page: deletes, the end of a listing, and the cursor."""
        self.applier.remove_known(page.deletes)
        if page.ends:
            self._sweep(page.partition)
            self.state.listed_at = clock.now_ms()
        self.state.cursor = page.cursor
        sync_states.put(*self.connection.place, self.applier.name, self.state, clock.now_ms())
        self.save(page.total)

    def _sweep(self, part: str) -> None:
        """Delete what a listing of a part that has ended did not have, where absence means that, and the guard allows it."""
        generation, restart = self.state.rescanned.pop(part, (self.state.generation, ""))
        deletes = self.connection.connector.resources[self.applier.name].deletes
        if not (restart or isinstance(deletes, SWEPT)):
            return
        place = (*self.connection.place, self.applier.name)
        gone = external_records.count_unseen(*place, part, generation)
        known = external_records.count(*place, part)
        if not gone:
            asking.settle(self.connection, self.applier.name, asking.LISTING + part)
        elif not (guard_of(deletes) or _DEFAULT_GUARD).allows(gone, known):
            asking.ask_of_listing(self.connection, self.applier.name, part, gone, known, generation)
            self.applier.counts["held"] += gone
        else:
            self.applier.remove(external_records.unseen(*place, part, generation, gone))

    def _judge(self, refused: int, rows: int) -> None:
        """Raise JunctionError when most of a page was set aside: then the vendor has changed its rows, and no record is bad."""
        if rows >= FEWEST_JUDGED and refused > rows * WORST_SHARE:
            detail = f"{refused} of {rows} rows of one page could not be taken over; the vendor may have changed what they look like."
            raise JunctionError(detail, code="too_many_refused")


def _steps(page: Page) -> Iterator[list[Any]]:
    """Return the rows of a page in steps; a page without rows is one step too."""
    rows = list(page.rows)
    yield from (rows[start : start + STEP_ROWS] for start in range(0, max(len(rows), 1), STEP_ROWS))
