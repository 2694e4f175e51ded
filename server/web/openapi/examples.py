"""Examples made from schemas, where nobody has written one: every value is one that the schema allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store.records import by_plural
from server.web.documents import example_of as written_example

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.store.declaration import Resource

Schema = dict[str, Any]
_REF: Final = "#/components/schemas/"
_DEEPEST: Final = 6
_BY_FORMAT: Final = {
    "date-time": "2026-11-20T12:00:00.000Z",
    "date": "2026-11-20",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uuid": "7d6a3f0e-3c5b-4c5e-9d53-0b8f4f0f6a1c",
    "ipv4": "192.0.2.1",
}
_ENCODED: Final = "06gvmp1q1lojh2a0pd5lcpa4ss"
_MOMENT: Final = "2026-11-20T12:00:00.000Z"
# What lies in a collection that is no resource: the prefix of its ids, and what it calls itself.
_COLLECTIONS: Final = {
    "keys": ("key", "api_key"),
    "api-keys": ("key", "api_key"),
    "webhooks": ("whk", "webhook"),
    "jobs": ("job", "job"),
    "users": ("usr", "user"),
    "tenants": ("ten", "tenant"),
    "events": ("evt", "event"),
    "deliveries": ("dlv", "delivery"),
    "attempts": ("att", "attempt"),
    "imports": ("imp", "import"),
    "exports": ("exp", "export"),
}
_NULL: Final = {"type": "null"}
_BY_TYPE: Final[dict[str, Any]] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def names_of(path: str) -> dict[str, Any]:
    """Return what members of the things at an address look like, by name."""
    prefix, noun = next((found for segment in reversed(path.split("/")) if (found := _collection(segment))), ("id", "object"))
    return {
        "id": f"{prefix}_{_ENCODED}",
        "object": noun,
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "version": 1,
        "next_cursor": None,
        "has_more": False,
    }


def _collection(segment: str) -> tuple[str, str] | None:
    resource = by_plural().get(segment)
    return (resource.prefix, resource.noun) if resource else _COLLECTIONS.get(segment)


def record_example(resource: Resource) -> dict[str, Any]:
    """Return a record as it is read."""
    return {
        "id": f"{resource.prefix}_{_ENCODED}",
        "object": resource.noun,
        **written_example(resource),
        "custom": {},
        "external_ids": {"shop": "4711"},
        "tags": ["customer"],
        "owner_id": None,
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "version": 1,
    }


def example_of(schema: Schema, components: dict[str, Schema], names: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """Return a value that fits a schema; optional members that refer to other records are left out. `names` has the values of known members."""
    schema = _chosen(schema, components)
    said = [schema[key] for key in ("const", "default") if key in schema] + [schema[key][0] for key in ("examples", "enum") if schema.get(key)]
    if said:
        return said[0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return _object(schema, components, names, depth)
    if kind == "array":
        return [example_of(schema["items"], components, names, name, depth + 1)] if "items" in schema and depth < _DEEPEST else []
    return _plain(schema, kind, names, name)


def _chosen(schema: Schema, components: dict[str, Schema]) -> Schema:
    """Return what a schema refers to, or the first of its variants, unless it says a value itself."""
    while "$ref" in schema or ("anyOf" in schema and "examples" not in schema):
        schema = components[schema["$ref"].removeprefix(_REF)] if "$ref" in schema else _variant(schema["anyOf"])
    return schema


def _variant(variants: Sequence[Schema]) -> Schema:
    """Return the first variant; null instead of a text that has to fit a pattern, which cannot be made up."""
    made_up = "pattern" in variants[0] and not {"examples", "format", "enum"} & set(variants[0])
    return _NULL if made_up and _NULL in variants else variants[0]


def _object(schema: Schema, components: dict[str, Schema], names: Mapping[str, Any], depth: int) -> dict[str, Any]:
    required = schema.get("required", ())
    return {
        name: example_of(part, components, names, name, depth + 1)
        for name, part in schema.get("properties", {}).items()
        if name in required or (depth < _DEEPEST and not _points_elsewhere(part))
    }


def _points_elsewhere(schema: Schema) -> bool:
    return "Only " in schema.get("description", "") or any("$ref" in part for part in schema.get("anyOf", ()))


def _plain(schema: Schema, kind: str | None, names: Mapping[str, Any], name: str) -> Any:
    if name in names and (kind == "string") == isinstance(names[name], str):
        return names[name]
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if kind in {"integer", "number"}:
        return schema.get("minimum", _BY_TYPE[kind])
    text = _BY_TYPE.get(kind or "")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 100)] if isinstance(text, str) else text
