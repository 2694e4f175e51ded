"""The condition of a list that asks for words: the index of words leads to the records where few hold them, where most do each is tested.

Between the two a list first tests the beginning of its order, which fills a page where those found lie all over it; else SQLite walks
down the order and looks each record up among those that the index has found, and PostgreSQL sorts them. All ways agree on every record,
so a walk by cursor may change from one to another between its pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.filters import All, Condition, conditions
from server.domain.search import asked
from server.store import database
from server.store.declaration import STAMPS
from server.store.search_questions import FIELD, SHORTEST, place, question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.domain.filters import Node, Sort
    from server.store.declaration import Resource

# Beyond so many a page is sooner full by walking down its order than by sorting them all; and beyond so many without gathering them first,
# which is only worth its while where those who hold the words may all stand at the end.
MOST_SORTED: Final = 30_000
MOST_GATHERED: Final = 200_000
# How many of an order are tested one by one before so many are gathered or sorted.
LOOKED_AT_FIRST: Final = 5000


@dataclass(frozen=True, slots=True)
class Driver:
    """The condition that a list asks the index about, and the test of ids by what it finds.

    With `leads` the records are found by them; of `many` a page may sooner be full by looking at the first records of its order.
    """

    node: Condition
    sql: str
    values: tuple[Any, ...]
    leads: bool
    many: bool


def driver(tenant_id: str, mode: str, resource: Resource, where: Node | None, page: Sequence[Sort] = ()) -> Driver | None:
    """Return the condition that a list asks the index about, None where each record is tested.

    `page` is the order of which only a page is wanted; where an index gives it, that may end before all records were looked at.
    """
    walked = _is_walked(resource, page)
    deleted = any(one.path == ("deleted",) for one in conditions(where))
    places = [place(tenant_id, mode, resource.noun), *([place(tenant_id, mode, resource.noun, deleted=True)] if deleted else [])]
    for node in _holding(where):
        wanted = asked(node.value) if (node.path, node.operator) == ((FIELD,), "eq") else []
        if wanted:
            sought = question(places, wanted, SHORTEST)
            count = _count(sought) if walked else 0
            if count <= MOST_GATHERED:
                many = count > MOST_SORTED
                return Driver(node, _among(), (tenant_id, mode, sought), leads=not (many and database.is_sqlite()), many=many)
    return None


def _is_walked(resource: Resource, order: Sequence[Sort]) -> bool:
    """Tell whether an index gives an order; PostgreSQL's have nulls at the other end than lists do."""
    names = (*STAMPS, *resource.indexed) if database.is_sqlite() else STAMPS
    return bool(order) and order[0].path in {(name,) for name in names}


def _holding(node: Node | None) -> Iterator[Condition]:
    """Yield the conditions that all have to hold, whatever else does."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, All):
        for part in node.nodes:
            yield from _holding(part)


def _count(sought: str) -> int:
    """Return how many entries the index finds, and no more than are to be known."""
    sql = (
        "SELECT COUNT(*) FROM (SELECT 1 FROM search_words WHERE search_words MATCH ? LIMIT ?) AS found"
        if database.is_sqlite()
        else "SELECT COUNT(*) FROM (SELECT 1 FROM search_entries WHERE vector @@ ?::tsquery LIMIT ?) AS found"
    )
    found = database.row(sql, (sought, MOST_GATHERED + 1))
    return int(found[0]) if found else 0


def _among() -> str:
    owned = f"SELECT object_id FROM search_entries WHERE {database.aside('tenant_id')} = ? AND {database.aside('mode')} = ? AND"
    if database.is_sqlite():
        return f"IN ({owned} position IN (SELECT rowid FROM search_words WHERE search_words MATCH ?))"
    # An array is made before anything else, and looked for by the primary key: no guess at how many there are decides how.
    return f"= ANY(ARRAY({owned} vector @@ ?::tsquery))"
