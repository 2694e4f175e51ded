"""What is written: for every resource the same operations as its addresses have, through the same services.

Each mutation of a request is a transaction of its own, in the order in which they stand; one that is refused undoes only itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from server.services import records
from server.web.graphql.batches import item
from server.web.graphql.records import RecordTypes, name_of, own_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.store.declaration import Resource
    from server.web.graphql.shapes import Shapes

    Resolver = Callable[..., Any]

_ID: Final = GraphQLArgument(GraphQLNonNull(GraphQLID))
_VERSION: Final = GraphQLArgument(
    GraphQLInt, description="The version that was read; when it is not the current one, nothing is done (stale_version)."
)
_NAME: Final = GraphQLArgument(GraphQLNonNull(GraphQLString))
DELETED: Final = GraphQLObjectType(
    "Deleted", {"id": GraphQLField(GraphQLNonNull(GraphQLID))}, description="What was deleted; it can be restored until retention removes it."
)


def fields(resource: Resource, types: RecordTypes, shapes: Shapes) -> dict[str, GraphQLField]:
    """Return the mutations of a resource by name."""
    name, noun = name_of(resource), noun_of(resource)
    model = records.write_model(resource)
    whole = GraphQLInputObjectType(f"{name}Input", lambda: shapes.input_fields(model, partial=False))
    part = GraphQLInputObjectType(
        f"{name}Patch", lambda: shapes.input_fields(model, partial=True), description="Only what is to change; null empties."
    )
    kind = types.type_of(resource)  # may be null, so that a change that is refused leaves the answers of others
    body, patch = GraphQLArgument(GraphQLNonNull(whole)), GraphQLArgument(GraphQLNonNull(part))
    upserted = GraphQLObjectType(f"{name}Upsert", {noun: GraphQLField(GraphQLNonNull(kind)), "created": GraphQLField(GraphQLNonNull(GraphQLBoolean))})
    named = {"system": _NAME, "external_id": _NAME}
    return {
        f"create_{noun}": GraphQLField(kind, {"input": body}, _creator(resource)),
        f"update_{noun}": GraphQLField(kind, {"id": _ID, "patch": patch, "version": _VERSION}, _updater(resource)),
        f"replace_{noun}": GraphQLField(kind, {"id": _ID, "input": body, "version": _VERSION}, _replacer(resource)),
        f"delete_{noun}": GraphQLField(DELETED, {"id": _ID, "version": _VERSION}, _remover(resource)),
        f"restore_{noun}": GraphQLField(kind, {"id": _ID}, _restorer(resource)),
        f"upsert_{noun}": GraphQLField(upserted, {**named, "patch": patch, "version": _VERSION}, _upserter(resource)),
    }


def noun_of(resource: Resource) -> str:
    """Return what one record of a resource is called in the names of fields."""
    return f"object_{own_name(resource)}" if resource.noun == "object" else resource.noun


def _creator(resource: Resource) -> Resolver:
    return lambda _root, info, **given: item(records.create(info.context.actor, resource, given["input"]))


def _updater(resource: Resource) -> Resolver:
    return lambda _root, info, **given: item(records.update(info.context.actor, resource, given["id"], given["patch"], version=given.get("version")))


def _replacer(resource: Resource) -> Resolver:
    return lambda _root, info, **given: item(records.replace(info.context.actor, resource, given["id"], given["input"], version=given.get("version")))


def _remover(resource: Resource) -> Resolver:
    def resolve(_root: Any, info: Any, **given: Any) -> Mapping[str, Any]:
        records.remove(info.context.actor, resource, given["id"], version=given.get("version"))
        return {"id": given["id"]}

    return resolve


def _restorer(resource: Resource) -> Resolver:
    return lambda _root, info, **given: item(records.restore(info.context.actor, resource, given["id"]))


def _upserter(resource: Resource) -> Resolver:
    def resolve(_root: Any, info: Any, **given: Any) -> Mapping[str, Any]:
        document, created = records.upsert(
            info.context.actor, resource, given["system"], given["external_id"], given["patch"], version=given.get("version")
        )
        return {noun_of(resource): item(document), "created": created}

    return resolve
