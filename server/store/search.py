"""The index of words: one entry per record that is there, kept in step with the events by the worker, and made anew at will.

SQLite searches by FTS5, PostgreSQL by a `tsvector`, each following the entries by itself; both get the same finished words,
so both find the same. An entry also holds one word, its place, that says whose it is, of what kind, and whether its record is
deleted: a search never even reads another tenant's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain.search import SHORTEST_PREFIX
from server.store import database, marks, records
from server.store.search_questions import place, question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARK: Final = "search"
_PUT: Final = (
    "INSERT INTO search_entries (tenant_id, mode, object, object_id, place, title, words) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (tenant_id, mode, object_id) DO UPDATE SET place = excluded.place, title = excluded.title, words = excluded.words"
    " WHERE search_entries.place <> excluded.place OR search_entries.title <> excluded.title OR search_entries.words <> excluded.words"
)


class Entry(NamedTuple):
    """One record in the index; `title` and `words` are words, separated by spaces."""

    object: str
    object_id: str
    title: str
    words: str


def put(tenant_id: str, mode: str, entries: Sequence[Entry], *, deleted: bool = False) -> None:
    """Write entries over what is there of the same records, all of them deleted ones or none."""
    rows = ((tenant_id, mode, *entry[:2], place(tenant_id, mode, entry.object, deleted=deleted), *entry[2:]) for entry in entries)
    database.run_many(_PUT, list(rows))


def remove(tenant_id: str, mode: str, object_ids: Sequence[str]) -> None:
    """Take records out of the index."""
    sql = "DELETE FROM search_entries WHERE tenant_id = ? AND mode = ? AND object_id = ?"
    database.run_many(sql, [(tenant_id, mode, object_id) for object_id in object_ids])


def find(tenant_id: str, mode: str, nouns: Iterable[str], wanted: Sequence[str], *, begins: bool, limit: int) -> list[Entry]:
    """Return entries of these kinds that hold every word, on SQLite the newest first; `begins` also takes the beginnings of words."""
    sought = question([place(tenant_id, mode, noun) for noun in nouns], [wanted], SHORTEST_PREFIX if begins else None)
    if database.is_sqlite():
        condition = "position IN (SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?)"
    else:
        condition = "position IN (SELECT position FROM search_entries WHERE vector @@ ?::tsquery LIMIT ?)"
    owned = f"{database.aside('tenant_id')} = ? AND {database.aside('mode')} = ?"
    sql = f"SELECT object, object_id, title, words FROM search_entries WHERE {owned} AND {condition}"
    return [Entry(*row) for row in database.rows(sql, (tenant_id, mode, sought, limit))]


def position() -> tuple[int, int] | None:
    """Return the place in the order of events up to which the index is made, None when it has to be made from the records."""
    found = marks.find(_MARK)
    if found is None or _is_lost():
        return None
    xact, _, number = found.partition(",")
    return int(xact), int(number)


def _is_lost() -> bool:
    """Tell whether there are records and no entry at all, as after a restore: entries are not copied."""
    return database.row("SELECT 1 FROM search_entries LIMIT 1") is None and any(
        database.row(f"SELECT 1 FROM {resource.table} WHERE deleted_at IS NULL LIMIT 1") for resource in records.resources()
    )


def advance(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Move the place on; False when somebody else has done so meanwhile."""
    return marks.swap(_MARK, _text(before), _text(after))


def begin(place: tuple[int, int] | None) -> None:
    """Say that the index is made up to a place, or with None that it has to be made."""
    if place is None:
        marks.remove(_MARK)
    else:
        marks.put(_MARK, _text(place))


def _text(place: tuple[int, int]) -> str:
    return f"{place[0]},{place[1]}"


def everywhere(after: int, limit: int) -> list[tuple[int, str, str, str, str]]:
    """Return `(number, tenant, mode, object, object id)` of every tenant's entries behind a number."""
    sql = "SELECT position, tenant_id, mode, object, object_id FROM search_entries WHERE position > ? ORDER BY position LIMIT ?"
    return [tuple(row) for row in database.rows(sql, (after, limit))]
