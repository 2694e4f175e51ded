"""Tables grown to many rows, all like one that is there but for what is told to vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.store import database


def grow(table: str, columns: Sequence[str], varied: Mapping[str, str], count: int) -> None:
    """Add rows like the only one; `varied` gives columns as SQL of its values and of `i`, which counts from 1."""
    series = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"  # noqa: S608 - a number
    read = ", ".join(varied.get(name, name) for name in columns)
    with database.transaction():
        database.execute(f"INSERT INTO {table} ({', '.join(columns)}) {series} SELECT {read} FROM n, {table}")  # noqa: S608 - names that tests give
    database.execute(f"ANALYZE {table}", ())  # as the server does by itself, a minute after


def numbered(prefix: str) -> str:
    """Return the SQL of an id for each row."""
    return f"'{prefix}_' || (1000000000 + i) || 'aaaaaaaaaaaaaaaa'"
