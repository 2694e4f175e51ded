"""What the vendor keeps: a table per resource, every change numbered, so that a delta can be told from any of them.

A row that is gone leaves a tombstone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.vendors.timing import VendorClock

Values = dict[str, Any]
NewId = Callable[[str, int, Mapping[str, Any]], str]


@dataclass
class Row:
    """One row; `place` is where it was created among its like; `born` and `number` are those of its first and its last change."""

    id: str
    place: int
    values: Values
    created: int
    modified: int
    number: int
    born: int
    deleted: int | None = None
    mischief: list[str] = field(default_factory=list)


Notice = Callable[[str, Row, str], None]


class Table:
    """The rows of one resource, in the order in which they were created."""

    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.name = name
        self.rows: dict[str, Row] = {}
        self.places = count(1)
        self.cached: dict[object, list[Row]] = {}
        self.indexes: dict[str, dict[Any, str]] = {}

    def create(self, values: Mapping[str, Any], row_id: str | None = None) -> Row:
        place, now, number = next(self.places), self.store.clock.now(), next(self.store.numbers)
        row = Row(row_id or self.store.new_id(self.name, place, values), place, dict(values), now, now, number, number)
        assert row.id not in self.rows, f"{row.id} is there already"
        self.rows[row.id] = row
        return self.kept(row, "created")

    def change(self, row_id: str, values: Mapping[str, Any]) -> Row:
        """Put values into a row, and bring it back if it was deleted."""
        row = self.rows[row_id]
        row.values |= values
        row.deleted = None
        return self.touched(row, "updated")

    def delete(self, row_id: str) -> Row:
        """Delete a row; its tombstone stays."""
        row = self.rows[row_id]
        row.deleted = self.store.clock.now()
        return self.touched(row, "deleted")

    def purge(self, row_id: str) -> None:
        """Delete a row so that nothing of it is left."""
        del self.rows[row_id]
        self.cached.clear()

    def touched(self, row: Row, verb: str) -> Row:
        row.modified, row.number = self.store.clock.now(), next(self.store.numbers)
        return self.kept(row, verb)

    def kept(self, row: Row, verb: str) -> Row:
        """Forget the selections that a row may have entered or left, index its values, and let the vendor notice."""
        self.cached.clear()
        for name, index in self.indexes.items():
            index[row.values.get(name)] = row.id
        self.store.notice(self.name, row, verb)
        return row

    def find(self, name: str, value: Any) -> Row | None:
        """Return the row that is not deleted and has a value, the last one to get it."""
        if name not in self.indexes:
            self.indexes[name] = {row.values.get(name): row.id for row in self.rows.values()}
        row = self.get(self.indexes[name].get(value, ""))
        return row if row is not None and row.values.get(name) == value else None

    def get(self, row_id: str) -> Row | None:
        """Return a row that is not deleted."""
        row = self.rows.get(row_id)
        return row if row is not None and row.deleted is None else None

    def live(self) -> list[Row]:
        return self.chosen("live", lambda row: row.deleted is None)

    def gone(self) -> list[Row]:
        return self.chosen("gone", lambda row: row.deleted is not None)

    def all(self) -> list[Row]:
        return self.chosen("all", lambda _: True)

    def since(self, number: int) -> list[Row]:
        """Return the rows changed after a number, tombstones too, in the order of their changes."""
        return sorted(self.chosen(("since", number), lambda row: row.number > number), key=lambda row: row.number)

    def latest(self) -> int:
        """Return the number of the last change."""
        return max((row.number for row in self.rows.values()), default=0)

    def chosen(self, name: object, wanted: Callable[[Row], bool]) -> list[Row]:
        """Return the rows that are wanted, in the order of their creation; remembered under the name until something changes."""
        if name not in self.cached:
            self.cached[name] = [row for row in self.rows.values() if wanted(row)]
        return self.cached[name]


def after(rows: list[Row], place: int) -> list[Row]:
    """Return the rows behind a place, of rows in the order of their creation."""
    return rows[bisect_right(rows, place, key=lambda row: row.place) :]


class Store:
    """Every table of one account; numbers of changes run through all of them."""

    def __init__(self, clock: VendorClock, new_id: NewId, notice: Notice) -> None:
        """`notice` is called with the table, the row, and whether it was created, updated or deleted."""
        self.clock = clock
        self.new_id = new_id
        self.notice = notice
        self.numbers = count(1)
        self.tables: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self.tables:
            self.tables[name] = Table(self, name)
        return self.tables[name]
