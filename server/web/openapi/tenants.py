"""A tenant's own document: that of everybody, with the tenant's object types, custom fields and custom endpoints spelled out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.services import records
from server.store.object_types import ENCRYPTED_SCHEMA, Declared, resource_of
from server.store.records import by_plural
from server.web.documents import REVEALING, list_parameters, record_model, record_parameters
from server.web.openapi import document
from server.web.openapi.schemas import renamed
from server.web.openapi.type_patterns import Patterns
from server.web.routes import Group, Parameter, Route

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from server.store.declaration import Resource
    from server.web.openapi.document import Document

_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "encrypted": ENCRYPTED_SCHEMA,
    "list": {"type": "array", "items": {"type": "string"}},
}
_SAMPLES: Final = {"text": "text", "number": 1, "boolean": True, "date": "2026-11-20", "encrypted": "C01X00T47"}


@dataclass(frozen=True)
class Own:
    """What a tenant has defined: fields by resource and by type, and its endpoints as they are shown."""

    fields: Mapping[str, tuple[Declared, ...]]
    types: Mapping[str, tuple[Declared, ...]]
    endpoints: tuple[Mapping[str, Any], ...]


def build(everybodys: Document, own: Own) -> Document:
    """Return the document of a tenant; it shares with everybody's what is alike in both."""
    schemas = {**everybodys["components"]["schemas"]}
    found = {
        **everybodys,
        "info": {**everybodys["info"], "title": f"{everybodys['info']['title']}, with this tenant's own types, fields and endpoints"},
        "paths": {**everybodys["paths"]},
        "components": {**everybodys["components"], "schemas": schemas},
    }
    for name, declared in own.types.items():
        _add(found, _patterns().part(name, declared))
    if own.endpoints:
        _add(found, document.build([_endpoint(one, _resource(one["resource"], own)) for one in own.endpoints]))
    for plural, declared in own.fields.items():
        _declare(schemas, by_plural()[plural], declared)
    return found


@cache
def _patterns() -> Patterns:
    return Patterns(describe_type)


def describe_type(name: str, declared: tuple[Declared, ...]) -> Document:
    """Return the document of one type alone."""
    return document.build(_of_type(name, resource_of(name, declared), declared))


def _resource(name: str, own: Own) -> Resource:
    kind, _, of = name.partition("/")
    return resource_of(of, own.types[of]) if kind == "objects" else by_plural()[name]


def _add(found: Document, part: Document) -> None:
    """Put the paths and schemas of a part into a document; a schema that has the name of another one gets a longer name."""
    known = found["components"]["schemas"]
    fresh = part["components"]["schemas"]
    names = {name: _free(name, known) for name, schema in fresh.items() if name in known and known[name] != schema}
    if names:
        part = renamed(part, names)
        fresh = {names.get(name, name): schema for name, schema in part["components"]["schemas"].items()}
    known.update({name: schema for name, schema in fresh.items() if name not in known})
    found["paths"].update(part["paths"])


def _free(name: str, known: Container[str]) -> str:
    while name in known:
        name = f"Own{name}"
    return name


def _of_type(name: str, resource: Resource, declared: Iterable[Declared]) -> list[Route]:
    """Return the routes of a type, as they are where the type is a part of the path."""
    group = Group(f"/api/v1/objects/{name}", "Objects", "objects")
    read: dict[str, Any] = {"answer": record_model(resource)}
    sample = {field: orjson.loads(options)[0] if options else _SAMPLES[kind] for field, kind, _, options in declared}
    written = {**read, "document": records.write_model(resource), "example": sample}
    changed = {**written, "takes_version": True}
    by_id = "/by-external-id/{system}/{external_id}"
    return [
        group.get("", _never, f"List records of the type {name}", name=f"list_{name}_record", listed=True, query=list_parameters(resource), **read),
        group.post("", _never, f"Create a record of the type {name}", name=f"create_{name}_record", status=201, **written),
        group.get("/{id}", _never, f"Get a record of the type {name}", name=f"get_{name}_record", query=record_parameters(resource), **read),
        group.patch("/{id}", _never, f"Change some fields of a record of the type {name}", name=f"update_{name}_record", **changed),
        group.put("/{id}", _never, f"Replace a record of the type {name}", name=f"replace_{name}_record", **changed),
        group.delete("/{id}", _never, f"Delete a record of the type {name}; it can be restored", name=f"delete_{name}_record", takes_version=True),
        group.post("/{id}/restore", _never, f"Bring a deleted record of the type {name} back", name=f"restore_{name}_record", **read),
        group.post(
            "/{id}/reveal",
            _never,
            f"Show what is in encrypted fields of a record of the type {name}",
            name=f"reveal_{name}_record",
            **REVEALING,
        ),
        group.put(
            by_id,
            _never,
            f"Create or change the record of the type {name} that another system knows",
            name=f"upsert_{name}_record",
            also={201: "Created."},
            merges=True,
            **changed,
        ),
    ]


def _endpoint(endpoint: Mapping[str, Any], resource: Resource) -> Route:
    given = tuple(
        Parameter(one["name"], _SCHEMAS[one["type"]], one["description"] or f"Fills the gap {one['name']}.", one["required"])
        for one in endpoint["parameters"]
    )
    paging = tuple(one for one in list_parameters(resource) if one.name in {"limit", "cursor"})
    return Group("/api/v1/custom", "Custom endpoints", resource.scope).get(
        f"/{endpoint['name']}",
        _never,
        (endpoint["description"] or f"Call the custom endpoint {endpoint['name']}").rstrip("."),
        name=f"call_{endpoint['name'].replace('-', '_')}",
        answer=record_model(resource),
        listed=True,
        query=(*given, *paging),
    )


def _never() -> None:
    """Stand where a handler is named: these routes only describe what others serve."""


def _declare(schemas: dict[str, Any], resource: Resource, declared: Iterable[Declared]) -> None:
    """Say which custom fields a resource has."""
    name = resource.model.__name__
    properties = {field: {"enum": orjson.loads(options)} if options else _SCHEMAS[kind] for field, kind, _, options in declared}
    required = [field for field, _, needed, _ in declared if needed]
    schemas[f"{name}Custom"] = {"type": "object", "properties": properties, "additionalProperties": False} | (
        {"required": required} if required else {}
    )
    for holder in (name, f"{name}Write"):
        if "custom" in schemas.get(holder, {}).get("properties", {}):
            properties = {**schemas[holder]["properties"], "custom": {"$ref": f"#/components/schemas/{name}Custom"}}
            schemas[holder] = {**schemas[holder], "properties": properties}
