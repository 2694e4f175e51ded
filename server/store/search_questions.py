"""What the index of words is asked, in the language of its database, and the test of a single entry that says the same; nothing is read here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.search import asked
from server.store import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELD: Final = "search"
"""What stands in a filter where the name of a field would."""
SHORTEST: Final = 1
"""Letters of a word that others are found by in a list: who types it has one first."""
# Words hold letters and digits alone, so nothing in them means something to LIKE.
_HOLDS: Final = "' ' || title || ' ' || words LIKE ?"


def place(tenant_id: str, mode: str, noun: str, *, deleted: bool = False) -> str:
    """Return the word that stands for whose an entry is, of what kind, and whether its record is deleted; no other word begins like it."""
    return f"_{tenant_id.rpartition('_')[2]}{mode}{noun}{'deleted' * deleted}".lower()


def question(places: Iterable[str], alternatives: Iterable[Sequence[str]], shortest: int | None) -> str:
    """Return what the index is asked for, in its database's language: in one of the places, every word of one of the alternatives.

    Words of at least `shortest` letters are also found as beginnings of others; with None there are no such.
    """
    if database.is_sqlite():
        return f"place : ({' OR '.join(places)}) AND {{title words}} : ({_wording(alternatives, shortest)})"
    quoted = (f"'{one}'" for one in places)
    return f"({' | '.join(quoted)}) & ({_wording(alternatives, shortest)})"


def _wording(alternatives: Iterable[Sequence[str]], shortest: int | None) -> str:
    """Return the part of a question that is about words."""
    if database.is_sqlite():
        listed = (" AND ".join(f'"{word}"{"*" * _begins(word, shortest)}' for word in each) for each in alternatives)
        return " OR ".join(f"({each})" for each in listed)
    listed = (" & ".join(f"'{word}'{':*' * _begins(word, shortest)}" for word in each) for each in alternatives)
    return " | ".join(f"({each})" for each in listed)


def _begins(word: str, shortest: int | None) -> bool:
    return shortest is not None and len(word) >= shortest


def entry_test(table: str, text: str) -> tuple[str, list[str]]:
    """Return the test of one record, and its values; a text without words finds nothing."""
    wanted = asked(text)
    if not wanted:
        return "FALSE", []
    own = f"search_entries.tenant_id = {table}.tenant_id AND search_entries.mode = {table}.mode AND search_entries.object_id = {table}.id"
    if database.is_sqlite():
        each = " OR ".join(f"({' AND '.join([_HOLDS] * len(words))})" for words in wanted)
        return f"(SELECT {each} FROM search_entries WHERE {own})", [f"% {word}%" for words in wanted for word in words]
    return f"(SELECT vector @@ ?::tsquery FROM search_entries WHERE {own})", [_wording(wanted, SHORTEST)]
