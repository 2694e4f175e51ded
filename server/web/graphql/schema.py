"""The schema: everything that is declared, and beside it the types that a tenant has defined."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from server.domain.errors import Missing
from server.services import object_types, records, search
from server.store import records as declared
from server.web.graphql import batches, changes
from server.web.graphql.conditions import query_of
from server.web.graphql.records import NODE, RecordTypes, member, own_name
from server.web.graphql.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.actor import Actor
    from server.store.declaration import Resource

MOST_HITS: Final = 50


def schema_for(actor: Actor) -> GraphQLSchema:
    """Return the schema of the actor's tenant; types that the actor may not read are not in it."""
    return build(tuple(object_types.resources(actor).values()))


@lru_cache(maxsize=32)
def build(own: tuple[Resource, ...]) -> GraphQLSchema:
    """Return the schema of the declared resources and these types of a tenant's own."""
    shapes = Shapes()
    types = RecordTypes(shapes)
    resources = [*(resource for resource in declared.resources() if resource.noun != "object"), *own]
    query: dict[str, GraphQLField] = {}
    mutation: dict[str, GraphQLField] = {}
    for resource in resources:
        query[changes.noun_of(resource)] = types.one(_getter(resource), resource)
        query[plural_of(resource)] = types.page(_lister(resource), resource, goes_on=True)
        mutation |= changes.fields(resource, types, shapes)
    query |= _across()
    return GraphQLSchema(
        GraphQLObjectType("Query", query), GraphQLObjectType("Mutation", mutation), types=[types.type_of(resource) for resource in resources]
    )


def plural_of(resource: Resource) -> str:
    """Return what many records of a resource are called in the names of fields."""
    return f"objects_{own_name(resource)}" if resource.noun == "object" else resource.plural


def _across() -> dict[str, GraphQLField]:
    """Return the fields that reach over all resources."""
    text, number = GraphQLArgument(GraphQLNonNull(GraphQLString)), GraphQLArgument(GraphQLInt, default_value=20)
    kinds = GraphQLArgument(GraphQLList(GraphQLNonNull(GraphQLString)), description="Only these kinds, such as `contact`.")
    found = GraphQLNonNull(GraphQLList(GraphQLNonNull(HIT)))
    return {
        "node": GraphQLField(NODE, {"id": GraphQLArgument(GraphQLNonNull(GraphQLID))}, _node),
        "search": GraphQLField(found, {"query": text, "types": kinds, "first": number}, _search),
    }


def _getter(resource: Resource) -> Callable[..., Any]:
    return lambda _root, info, **given: batches.item(records.get(info.context.actor, resource, given["id"]))


def _lister(resource: Resource) -> Callable[..., Any]:
    return lambda _root, info, **given: batches.page(info.context.actor, resource, query_of(given))


def _node(_root: Any, info: Any, **given: Any) -> batches.Item:
    prefix = given["id"].partition("_")[0]
    resource = next((one for one in declared.resources() if one.prefix == prefix), None)
    if resource is None:
        raise Missing(f"There is nothing with the id '{given['id'][:100]}'.")
    document = records.get(info.context.actor, resource, given["id"])
    if resource.noun == "object":
        document = records.get(info.context.actor, object_types.resource(info.context.actor, document["type"]), given["id"])
    return batches.item(document)


def _search(_root: Any, info: Any, **given: Any) -> Sequence[batches.Item]:
    hits = search.find(info.context.actor, given["query"], given.get("types") or (), max(1, min(given["first"], MOST_HITS)))
    return batches.items(hits)


def _record(hit: batches.Item, info: Any) -> batches.Item | None:
    found = hit.group.once("record", lambda: _records(info.context.actor, hit.group.documents))
    return found.get(hit.document["id"])


def _records(actor: Actor, hits: Sequence[Mapping[str, Any]]) -> dict[str, batches.Item]:
    """Return the records of hits by id, in one query for each kind."""
    by_kind: dict[tuple[str, str | None], list[str]] = {}
    for hit in hits:
        by_kind.setdefault((hit["object"], hit["type"]), []).append(hit["id"])
    found: dict[str, batches.Item] = {}
    for (noun, own), record_ids in by_kind.items():
        resource = object_types.resource(actor, own) if own else declared.by_noun()[noun]
        found |= {one.document["id"]: one for one in batches.items(records.get_many(actor, resource, record_ids).values())}
    return found


HIT: Final = GraphQLObjectType(
    "SearchHit",
    {
        **{name: GraphQLField(GraphQLNonNull(GraphQLString), resolve=member(name)) for name in ("object", "id", "title")},
        **{name: GraphQLField(GraphQLString, resolve=member(name)) for name in ("type", "snippet")},
        "score": GraphQLField(GraphQLNonNull(GraphQLFloat), resolve=member("score")),
        "record": GraphQLField(NODE, resolve=_record),
    },
)
