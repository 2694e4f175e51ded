"""Moving everything into another database, checked by counts and hashes; either all of it is there afterwards or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.errors import Conflict, Unprocessable
from server.store import copies, database, schema
from server.store.copies import Side, Table, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied and found again in the other database, by table."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        """All rows together."""
        return sum(self.rows.values())


def move(url: str, progress: Progress) -> Moved:
    """Copy every row of this process's database into the empty one at `url`, at the schema of this program.

    `progress` is told table, rows done, and rows in all. The source is only read; nobody may write to it meanwhile, which is the
    caller's to see to. Raises Conflict when the target holds rows, this database lacks migrations, or a copy differs.
    """
    if schema.pending():
        raise Conflict("This database lacks migrations; run 'junction migrate' first.", code="migrations_pending")
    source = copies.this_side()
    target = _empty_target(url)
    try:
        with source.moment(), target.writing():
            tallies = _copy(source, target, progress)
            target.advance_counters()
            copies.refuse_differences(tallies, target)
    finally:
        target.close()
    return Moved({name: tally.count for name, tally in tallies.items()})


def _empty_target(url: str) -> Side:
    here = database.db.obj
    try:
        there = database.describe(url)
    except ValueError as error:
        raise Unprocessable(str(error), code="unknown_database") from error
    database.bind(there)
    try:
        schema.migrate()
        side = copies.this_side()
    finally:
        database.bind(here)
    if not side.is_empty():
        side.close()
        raise Conflict("The other database is not empty; name one without any rows.", code="target_not_empty")
    return side


def _copy(source: Side, target: Side, progress: Progress) -> dict[str, Tally]:
    there = {table.name: table for table in target.tables()}
    return {table.name: _copy_table(source, target, copies.fitting(table.name, table.columns, there), progress) for table in source.tables()}


def _copy_table(source: Side, target: Side, table: Table, progress: Progress) -> Tally:
    tally, total = Tally(), source.count(table.name)
    for rows in source.rows(table):
        target.insert(table, rows)
        tally.add(rows)
        progress(table.name, tally.count, total)
    return tally
