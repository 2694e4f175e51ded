"""Every row of a database, read table by table from one moment and written into another: what backup, restore and move stand on.

The tables come from the schema, so a new one is copied without a line here. Values travel as None, whole and broken numbers,
text and bytes, which both databases agree on. The number of an event's transaction does not: the target writes its own,
and the events keep their positions.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Conflict
from server.store import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH: Final = 500
OWN: Final = frozenset({"schema_migration", "sqlite_sequence"})
"""Tables that each database keeps for itself."""
DERIVED: Final = ("search_", "duplicate_keys")
"""How the names begin of tables that are made from others: the worker makes them anew where it finds none."""
NOT_COPIED: Final = frozenset({("events", "xact")})
_MODULUS: Final = 2**64

Values = list[Any]


@dataclass(slots=True)
class Tally:
    """How many rows were seen, and a sum of their hashes, which does not depend on their order."""

    count: int = 0
    digest: int = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Count these rows."""
        for row in rows:
            text = orjson.dumps(list(row), default=bytes_as_text)
            self.digest = (self.digest + int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())) % _MODULUS
        self.count += len(rows)


@dataclass(frozen=True, slots=True)
class Table:
    """One table and the columns of it that are copied."""

    name: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class Side:
    """One of the two databases of a copy."""

    database: Any  # peewee's Database, which has no types
    _sqlite: bool = field(init=False)

    def __post_init__(self) -> None:
        """Connect."""
        self._sqlite = self.database.__class__.__name__ == "_Sqlite"
        self.database.connect(reuse_if_open=True)

    def tables(self) -> list[Table]:
        """Return every table with rows of the appliance, by name."""
        names = sorted(name for name in self.database.get_tables() if name not in OWN and not name.startswith(DERIVED))
        return [Table(name, self._columns(name)) for name in names]

    def _columns(self, table: str) -> tuple[str, ...]:
        return tuple(sorted(column.name for column in self.database.get_columns(table) if (table, column.name) not in NOT_COPIED))

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self._one(f"SELECT COUNT(*) FROM {table}"))

    def is_empty(self) -> bool:
        """Tell whether no table holds a row."""
        return all(self._one(f"SELECT COUNT(*) FROM (SELECT 1 FROM {table.name} LIMIT 1) found") == 0 for table in self.tables())

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Read everything inside as it is at this moment, whatever others write meanwhile."""
        begin = "BEGIN" if self._sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        self.database.execute_sql(begin)
        try:
            # SQLite takes its snapshot at the first reading.
            self.database.execute_sql("SELECT COUNT(*) FROM marks").fetchone()
            yield
        finally:
            self.database.execute_sql("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write everything inside, or nothing."""
        self.database.execute_sql("BEGIN IMMEDIATE" if self._sqlite else "BEGIN")
        try:
            yield
        except BaseException:
            self.database.execute_sql("ROLLBACK")
            raise
        self.database.execute_sql("COMMIT")

    def rows(self, table: Table) -> Iterator[list[Values]]:
        """Yield the rows of a table in batches, without holding them all; inside a transaction."""
        connection = self.database.connection()
        cursor = connection.cursor() if self._sqlite else connection.cursor(name="copy")
        cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
        while found := cursor.fetchmany(BATCH):
            yield [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in found]
        cursor.close()

    def insert(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows whose values stand in the order of the table's columns."""
        mark = "?" if self._sqlite else "%s"
        sql = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({', '.join([mark] * len(table.columns))})"
        self.database.connection().cursor().executemany(sql, rows)

    def advance_counters(self) -> None:
        """Let counted columns go on behind the largest number that was copied; SQLite does so by itself."""
        if self._sqlite:
            return
        counted = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND column_default LIKE 'nextval%%'"
        for table, column in self.database.execute_sql(counted).fetchall():
            if self._one(f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT 1) found"):
                self.database.execute_sql(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT MAX({column}) FROM {table}))")

    def tally(self, table: Table) -> Tally:
        """Return count and hash of a table as it is."""
        found = Tally()
        for rows in self.rows(table):
            found.add(rows)
        return found

    def close(self) -> None:
        """Close the connection."""
        self.database.close()

    def _one(self, sql: str) -> Any:
        return self.database.execute_sql(sql).fetchone()[0]


def this_side() -> Side:
    """Return the database that this process is bound to."""
    return Side(database.db.obj)


def refuse_differences(wanted: dict[str, Tally], side: Side) -> None:
    """Raise Conflict (`copy_differs`) unless every table holds exactly what was written to it."""
    tables = {table.name: table for table in side.tables()}
    for name, tally in wanted.items():
        if side.tally(tables[name]) != tally:
            raise Conflict(f"The copy of '{name}' differs from what was read; nothing was kept.", code="copy_differs")


def fitting(name: str, columns: Sequence[str], there: dict[str, Table]) -> Table:
    """Return the table that rows with these columns go into. Raises Conflict when there is none, or a column is missing."""
    target = there.get(name)
    missing = set(columns) - set(target.columns) if target else set()
    if target is None or missing:
        what = f"column '{min(missing)}' of '{name}'" if missing else f"table '{name}'"
        raise Conflict(f"This program knows no {what}; the data is of another version.", code="schema_unknown")
    return Table(name, tuple(columns))


def bytes_as_text(value: Any) -> Any:
    """Return bytes in a form that JSON has; `from_text` turns it back."""
    if isinstance(value, bytes | memoryview):
        return {"hex": bytes(value).hex()}
    raise TypeError(value)


def from_text(rows: list[Values]) -> list[Values]:
    """Return rows that were read from JSON, with their bytes."""
    return [[bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in row] for row in rows]
