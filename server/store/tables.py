"""A table as its queries need it: which columns it has, which of them hold JSON and which bytes; every value passes by their kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table; `json` are the columns with JSON as text, `blobs` those with bytes. Callers write conditions of their own, with `?`."""

    name: str
    columns: tuple[str, ...]
    json: frozenset[str] = frozenset()
    blobs: frozenset[str] = frozenset()

    @cached_property
    def selection(self) -> str:
        """The query without its condition."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name}"

    @cached_property
    def _insertion(self) -> str:
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({', '.join('?' * len(self.columns))})"

    def row(self, values: Sequence[Any]) -> Row:
        """Return what a query that begins with `selection` found."""
        return {name: self._read(name, value) for name, value in zip(self.columns, values, strict=True)}

    def _read(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in self.json:
            return orjson.loads(value)
        return bytes(value) if name in self.blobs else value

    def _stored(self, name: str, value: Any) -> Any:
        return orjson.dumps(value).decode() if name in self.json and value is not None else value

    def find(self, condition: str, values: Sequence[Any]) -> Row | None:
        """Return the first row that meets a condition, or None."""
        found = database.row(f"{self.selection} WHERE {condition}", values)
        return self.row(found) if found else None

    def rows(self, condition: str, values: Sequence[Any]) -> list[Row]:
        """Return every row that meets a condition, which may end with an order and a limit."""
        return [self.row(row) for row in database.rows(f"{self.selection} WHERE {condition}", values)]

    def insert(self, row: Mapping[str, Any], unless: str = "") -> bool:
        """Insert a row; a column it does not name is null. Raises Conflict when it breaks a unique rule.

        With `unless`, such as `ON CONFLICT … DO NOTHING`, False when there was one.
        """
        return database.run(f"{self._insertion} {unless}", [self._stored(name, row.get(name)) for name in self.columns]) == 1

    def insert_over(self, row: Mapping[str, Any], key: tuple[str, ...], kept: tuple[str, ...]) -> None:
        """Insert a row, or write it over the one with the same unique key, of which the `kept` columns stay."""
        written = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name not in {*key, *kept})
        sql = f"{self._insertion} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {written}"
        database.execute(sql, [self._stored(name, row.get(name)) for name in self.columns])

    def update(self, change: Mapping[str, Any], condition: str, values: Sequence[Any]) -> int:
        """Write columns of the rows that meet a condition; returns how many did."""
        assignments = ", ".join(f"{name} = ?" for name in change)
        stored = [self._stored(name, value) for name, value in change.items()]
        return database.run(f"UPDATE {self.name} SET {assignments} WHERE {condition}", [*stored, *values])
