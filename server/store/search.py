"""The index of words: one entry per record that is there, kept in step with the events by the worker, and made anew at will.

SQLite searches by FTS5, PostgreSQL by a `tsvector`; both get the same finished words, so both find the same. An entry's
words are kept beside the index, because FTS5 has to be told what it forgets. Each entry also holds one word that says
whose it is and of what kind: a search never even reads another tenant's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.domain.search import SHORTEST_PREFIX
from server.store import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARK: Final = "search"


class Entry(NamedTuple):
    """One record in the index; `title` and `words` are words, separated by spaces."""

    object: str
    object_id: str
    title: str
    words: str


def _place(tenant_id: str, mode: str, noun: str) -> str:
    return f"{tenant_id.rpartition('_')[2]}{mode}{noun}".lower()


def put(tenant_id: str, mode: str, entries: Sequence[Entry]) -> None:
    """Write entries over what is there of the same records."""
    present = _present(tenant_id, mode, [entry.object_id for entry in entries])
    for entry in entries:
        number, before = present.get(entry.object_id, (None, None))
        if before == entry:
            continue
        if before is not None and number is not None:
            _forget(tenant_id, mode, number, before)
            database.execute("UPDATE search_entries SET title = ?, words = ? WHERE position = ?", (entry.title, entry.words, number))
        else:
            number = _insert(tenant_id, mode, entry)
        _learn(tenant_id, mode, number, entry)


def remove(tenant_id: str, mode: str, object_ids: Sequence[str]) -> None:
    """Take records out of the index."""
    for number, entry in _present(tenant_id, mode, object_ids).values():
        _forget(tenant_id, mode, number, entry)
        database.execute("DELETE FROM search_entries WHERE position = ?", (number,))


def _present(tenant_id: str, mode: str, object_ids: Sequence[str]) -> dict[str, tuple[int, Entry]]:
    if not object_ids:
        return {}
    marks = ", ".join("?" * len(object_ids))
    sql = f"SELECT position, object, object_id, title, words FROM search_entries WHERE tenant_id = ? AND mode = ? AND object_id IN ({marks})"
    return {row[2]: (row[0], Entry(*row[1:])) for row in database.rows(sql, (tenant_id, mode, *object_ids))}


def _insert(tenant_id: str, mode: str, entry: Entry) -> int:
    sql = "INSERT INTO search_entries (tenant_id, mode, object, object_id, title, words) VALUES (?, ?, ?, ?, ?, ?) RETURNING position"
    found = database.row(sql, (tenant_id, mode, *entry))
    return int(found[0]) if found else 0


def _learn(tenant_id: str, mode: str, number: int, entry: Entry) -> None:
    place = _place(tenant_id, mode, entry.object)
    if database.is_sqlite():
        sql = "INSERT INTO search_words (rowid, place, title, words) VALUES (?, ?, ?, ?)"
        database.execute(sql, (number, place, entry.title, entry.words))
        return
    every = list(dict.fromkeys((place, *entry.title.split(), *entry.words.split())))
    database.execute("UPDATE search_entries SET vector = array_to_tsvector(?::text[]) WHERE position = ?", (every, number))


def _forget(tenant_id: str, mode: str, number: int, entry: Entry) -> None:
    if database.is_sqlite():
        sql = "INSERT INTO search_words (search_words, rowid, place, title, words) VALUES ('delete', ?, ?, ?, ?)"
        database.execute(sql, (number, _place(tenant_id, mode, entry.object), entry.title, entry.words))


def find(tenant_id: str, mode: str, nouns: Iterable[str], wanted: Sequence[str], *, begins: bool, limit: int) -> list[Entry]:
    """Return entries of these kinds that hold every word, on SQLite the newest first; `begins` also takes the beginnings of words."""
    places = [_place(tenant_id, mode, noun) for noun in nouns]
    if database.is_sqlite():
        each = " AND ".join(f'"{word}"{"*" if _begins(word, begins=begins) else ""}' for word in wanted)
        sought = f"place : ({' OR '.join(places)}) AND {{title words}} : ({each})"
        condition = "position IN (SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?)"
    else:
        each = " & ".join(f"'{word}'{':*' if _begins(word, begins=begins) else ''}" for word in wanted)
        sought = f"({' | '.join(places)}) & {each}"
        condition = "position IN (SELECT position FROM search_entries WHERE vector @@ ?::tsquery LIMIT ?)"
    owned = f"{database.aside('tenant_id')} = ? AND {database.aside('mode')} = ?"
    sql = f"SELECT object, object_id, title, words FROM search_entries WHERE {owned} AND {condition}"
    return [Entry(*row) for row in database.rows(sql, (tenant_id, mode, sought, limit))]


def _begins(word: str, *, begins: bool) -> bool:
    # What begins with one letter is half of everything.
    return begins and len(word) >= SHORTEST_PREFIX


def position() -> tuple[int, int]:
    """Return the place in the order of events up to which the index is made."""
    found = database.row("SELECT value FROM marks WHERE name = ?", (_MARK,))
    xact, _, number = (found[0] if found else "0,0").partition(",")
    return int(xact), int(number)


def advance(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Move the place on; False when somebody else has done so meanwhile."""
    database.execute("INSERT INTO marks (name, value) VALUES (?, '0,0') ON CONFLICT (name) DO NOTHING", (_MARK,))
    values: Sequence[Any] = (f"{after[0]},{after[1]}", _MARK, f"{before[0]},{before[1]}")
    return database.run("UPDATE marks SET value = ? WHERE name = ? AND value = ?", values) == 1


def clear() -> None:
    """Forget everything."""
    database.execute("DELETE FROM search_entries")
    if database.is_sqlite():
        database.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")
