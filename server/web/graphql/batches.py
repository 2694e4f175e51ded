"""Records on their way into an answer, and how what they refer to is read: once for all that stand side by side.

Every record knows its siblings, those that were read together with it. The first that is asked for a reference reads it for
all of them, and what was read stands side by side in turn: so a question costs a number of queries that depends on its
depth, not on how many records there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from server.services import records

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.domain.filters import Query
    from server.services.records import Edges
    from server.store.declaration import Resource

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Group:
    """Records that were read together, and what was read for all of them since."""

    documents: Sequence[Mapping[str, Any]]
    _read: dict[Any, Any] = field(default_factory=dict)

    def once(self, name: Any, read: Callable[[], T]) -> T:
        """Return what `read` returns for all of them, reading it the first time only."""
        if name not in self._read:
            self._read[name] = read()
        found: T = self._read[name]
        return found

    def values(self, name: str) -> list[str]:
        """Return the different values of a field, without empty ones."""
        return sorted({document[name] for document in self.documents if document.get(name)})


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A record among its siblings."""

    document: Mapping[str, Any]
    group: Group


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """A page of records, and whether there are others before and behind it."""

    items: Sequence[Item]
    edges: Edges | None
    has_previous: bool
    has_next: bool


def items(documents: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Return documents that were read together as siblings."""
    group = Group(list(documents))
    return [Item(document, group) for document in group.documents]


def item(document: Mapping[str, Any]) -> Item:
    """Return a document that was read alone."""
    return items([document])[0]


def page(actor: Actor, resource: Resource, query: Query) -> Connection:
    """Return a page of a resource."""
    found = records.list_edges(actor, resource, query)
    has_previous, has_next = query.cursor is not None, query.before is not None
    if found.more:
        has_previous, has_next = has_previous or query.backward, has_next or not query.backward
    return Connection(items(document for document, _ in found.found), found, has_previous, has_next)


def referred(actor: Actor, one: Item, name: str, target: Resource) -> Item | None:
    """Return the record that a field of a record refers to, None where there is none. Raises Denied."""
    found = one.group.once(name, lambda: _by_id(actor, target, one.group.values(name)))
    return found.get(one.document.get(name) or "")


def _by_id(actor: Actor, target: Resource, record_ids: list[str]) -> dict[str, Item]:
    return {one.document["id"]: one for one in items(records.get_many(actor, target, record_ids).values())}


def owner(actor: Actor, one: Item) -> dict[str, Any] | None:
    """Return who owns a record, None where nobody does."""
    found = one.group.once("owner", lambda: records.owners_of(actor, one.group.values("owner_id")))
    return found.get(one.document.get("owner_id") or "")


def referring(actor: Actor, one: Item, resource: Resource, reference: str, query: Query) -> Connection:
    """Return the first page of the records that refer to a record by a field."""
    found = one.group.once((resource.plural, reference, query), lambda: _referring(actor, one.group, resource, reference, query))
    return found.get(one.document["id"]) or Connection((), None, has_previous=False, has_next=False)


def _referring(actor: Actor, group: Group, resource: Resource, reference: str, query: Query) -> dict[str, Connection]:
    pages = records.list_referring(actor, resource, reference, group.values("id"), query)
    together = iter(items(document for edges in pages.values() for document, _ in edges.found))
    return {
        record_id: Connection([next(together) for _ in edges.found], edges, has_previous=False, has_next=edges.more)
        for record_id, edges in pages.items()
    }
