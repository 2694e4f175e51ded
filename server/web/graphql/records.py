"""What is read: a type for every resource with its references and what refers to it, and pages of them as Relay wants them.

{contacts(first: 20, filter: {lifecycle: {eq: "customer"}}) {
    nodes {first_name company {name} deals(first: 5) {nodes {name value {amount currency}}}} pageInfo {hasNextPage endCursor}}}
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from server.domain.filters import LARGEST_LIMIT
from server.store.records import by_noun, referring
from server.web.graphql import batches
from server.web.graphql.batches import Connection, Item
from server.web.graphql.conditions import FIRST, Filters, query_of
from server.web.graphql.scalars import DATE_TIME, JSON
from server.web.graphql.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.store.declaration import Resource

_TEXTS: Final = GraphQLNonNull(GraphQLList(GraphQLNonNull(GraphQLString)))
USER: Final = GraphQLObjectType(
    "User", {"id": GraphQLField(GraphQLNonNull(GraphQLID)), "name": GraphQLField(GraphQLString), "email": GraphQLField(GraphQLString)}
)
NODE: Final = GraphQLInterfaceType(
    "Node", {"id": GraphQLField(GraphQLNonNull(GraphQLID))}, resolve_type=lambda found, _info, _kind: type_name(found.document)
)


def type_name(document: Mapping[str, Any]) -> str:
    """Return the name of the type of a record."""
    noun = document["object"]
    return f"Object_{document['type']}" if noun == "object" else by_noun()[noun].model.__name__


def _page_field(read: Callable[[Connection], Any]) -> Callable[[Connection, Any], Any]:
    return lambda connection, _info: read(connection)


def _cursor(connection: Connection, index: int) -> str | None:
    return connection.edges.cursor(index % len(connection.items)) if connection.edges and connection.items else None


PAGE_INFO: Final = GraphQLObjectType(
    "PageInfo",
    {
        "hasNextPage": GraphQLField(GraphQLNonNull(GraphQLBoolean), resolve=_page_field(lambda page: page.has_next)),
        "hasPreviousPage": GraphQLField(GraphQLNonNull(GraphQLBoolean), resolve=_page_field(lambda page: page.has_previous)),
        "startCursor": GraphQLField(GraphQLString, resolve=_page_field(lambda page: _cursor(page, 0))),
        "endCursor": GraphQLField(GraphQLString, resolve=_page_field(lambda page: _cursor(page, -1))),
    },
)


class RecordTypes:
    """The types of one schema that records are read as."""

    def __init__(self, shapes: Shapes) -> None:
        """Take what makes types of annotations."""
        self._shapes = shapes
        self._filters = Filters()
        self._types: dict[str, GraphQLObjectType] = {}
        self._connections: dict[str, GraphQLObjectType] = {}

    def type_of(self, resource: Resource) -> GraphQLObjectType:
        """Return the type of a resource's records."""
        name = name_of(resource)
        if name not in self._types:
            made = GraphQLObjectType(name, lambda: self._fields(resource), interfaces=[NODE], description=resource.model.__doc__)
            self._types[name] = made
        return self._types[name]

    def one(self, read: Callable[..., Any], resource: Resource) -> GraphQLField:
        """Return the field that reads one record by its id."""
        return GraphQLField(self.type_of(resource), {"id": GraphQLArgument(GraphQLNonNull(GraphQLID))}, read)

    def page(self, read: Callable[..., Any], resource: Resource, *, goes_on: bool) -> GraphQLField:
        """Return the field that reads a page; `goes_on` tells whether it can be asked to begin behind a cursor, or to end before one."""
        arguments = {
            "first": GraphQLArgument(GraphQLInt, description=f"How many from the beginning at most, 1 to {LARGEST_LIMIT}; {FIRST} when not given."),
            "filter": GraphQLArgument(self._filters.of(resource, name_of(resource))),
            "sort": GraphQLArgument(GraphQLString, description="Fields to order by, `-` for descending: `-created_at,last_name`."),
        }
        if goes_on:
            arguments |= {
                "after": GraphQLArgument(GraphQLString, description="`endCursor` of the page before."),
                "last": GraphQLArgument(GraphQLInt, description=f"How many from the end at most, 1 to {LARGEST_LIMIT}, in place of `first`."),
                "before": GraphQLArgument(GraphQLString, description="`startCursor` of the page behind."),
            }
        return GraphQLField(self._connection(resource), arguments, read)

    def _fields(self, resource: Resource) -> dict[str, GraphQLField]:
        hints: dict[str, Any] = {}
        for model in (resource.managed, resource.model):
            hints |= typing.get_type_hints(model, include_extras=True) if model else {}
        fields = {name: GraphQLField(GraphQLNonNull(kind), resolve=member(name)) for name, kind in (("id", GraphQLID), ("object", GraphQLString))}
        for name in (*resource.model.model_fields, *resource.read_only):
            fields[name] = GraphQLField(self._shapes.output(hints[name], f"{name_of(resource)}_{name}"), resolve=member(name))
        fields |= {name: GraphQLField(kind, resolve=member(name)) for name, kind in _ENVELOPE.items()}
        for name, kind in resource.fields.items():
            if kind.reference:
                target = by_noun()[kind.reference]
                fields[name.removesuffix("_id")] = GraphQLField(self.type_of(target), resolve=_reference(name, target))
        fields["owner"] = GraphQLField(USER, resolve=lambda one, info: batches.owner(info.context.actor, one))
        for other, name in referring(resource):
            fields.setdefault(other.plural, self.page(_referring(other, name), other, goes_on=False))
        return fields

    def _connection(self, resource: Resource) -> GraphQLObjectType:
        name = name_of(resource)
        if name not in self._connections:
            kind = self.type_of(resource)
            edge = GraphQLObjectType(
                f"{name}Edge",
                {
                    "cursor": GraphQLField(GraphQLNonNull(GraphQLString), resolve=lambda edge, _info: _cursor(*edge)),
                    "node": GraphQLField(kind, resolve=lambda edge, _info: edge[0].items[edge[1]]),
                },
            )
            self._connections[name] = GraphQLObjectType(
                f"{name}Connection",
                {
                    "edges": GraphQLField(
                        _many(edge), resolve=lambda connection, _info: [(connection, index) for index in range(len(connection.items))]
                    ),
                    "nodes": GraphQLField(_many(kind), resolve=_page_field(lambda page: page.items)),
                    "pageInfo": GraphQLField(GraphQLNonNull(PAGE_INFO), resolve=_page_field(lambda page: page)),
                },
            )
        return self._connections[name]


_ENVELOPE: Final[dict[str, Any]] = {
    "custom": JSON,
    "external_ids": JSON,
    "tags": _TEXTS,
    "owner_id": GraphQLID,
    "created_at": GraphQLNonNull(DATE_TIME),
    "updated_at": GraphQLNonNull(DATE_TIME),
    "deleted_at": DATE_TIME,
    "version": GraphQLNonNull(GraphQLInt),
}


def name_of(resource: Resource) -> str:
    """Return what the type of a resource is called; a tenant's own type `vehicle` is `Object_vehicle`."""
    return f"Object_{own_name(resource)}" if resource.noun == "object" else resource.model.__name__


def own_name(resource: Resource) -> str:
    """Return the name of a tenant's own type."""
    return resource.plural.partition("/")[2]


def _many(kind: Any) -> Any:
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(kind)))


def member(name: str) -> Callable[[Item, Any], Any]:
    """Return what reads a member of a document."""
    return lambda one, _info: one.document.get(name)


def _reference(name: str, target: Resource) -> Callable[[Item, Any], Any]:
    return lambda one, info: batches.referred(info.context.actor, one, name, target)


def _referring(other: Resource, name: str) -> Callable[..., Any]:
    return lambda one, info, **arguments: batches.referring(info.context.actor, one, other, name, query_of(arguments))
