"""Many rows handed to one statement, or taken from it, as one JSON value.

One statement for a batch is one step of the database, in which no other thread of this process is held up: row by row,
a busy event loop and a thread that writes take the interpreter from each other at every row.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence


@cache
def _table(columns: str, sqlite: bool) -> str:  # noqa: FBT001 - the key of a cache
    """Return a table expression named `given`; `columns` are written `id text, due_at bigint`."""
    pairs = [column.split() for column in columns.split(", ")]
    if sqlite:
        fields = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, (name, *_) in enumerate(pairs))
        return f"(SELECT {fields} FROM json_each(?)) AS given"
    fields = ", ".join(f"(value->>{place})::{' '.join(kind)} AS {name}" for place, (name, *kind) in enumerate(pairs))
    return f"(SELECT {fields} FROM json_array_elements(?::json)) AS given"


def table(columns: str) -> str:
    """Return a table expression named `given` that takes one parameter, made by `rows`; columns as in `id text, due_at bigint`."""
    return _table(columns, database.is_sqlite())


def rows(many: Sequence[Sequence[Any]]) -> str:
    """Return rows of text, numbers and None as the parameter of `table`."""
    return orjson.dumps(many).decode()


@cache
def _gathering(columns: str, sql: str) -> str:
    return f"SELECT json_group_array(json_array({columns})) FROM ({sql})"


def gathered(columns: str, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """Return what a query finds, no blobs among it; `columns` are those it selects, written `id, due_at`."""
    if not database.is_sqlite():
        return database.rows(sql, values)
    found = database.row(_gathering(columns, sql), values)
    return orjson.loads(found[0]) if found else []
