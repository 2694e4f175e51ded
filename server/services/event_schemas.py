"""What each type of event looks like, as JSON Schema (2020-12), by version of the API: for the catalogue, and for receivers that check.

A schema says what is always there and leaves room for members that come later, so a receiver that checks by it survives
every change inside a version.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Missing
from server.domain.events import catalogue
from server.services import samples
from server.services.records import write_model
from server.store.records import by_noun
from server.system.version import API_VERSION

if TYPE_CHECKING:
    from server.store.declaration import Resource

Schema = dict[str, Any]
VERSIONS: Final = (API_VERSION,)
"""Every version of the API whose events are still made, the newest first."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MOMENT: Final = {"type": "string", "format": "date-time"}
_TEXT: Final = {"type": "string"}
_CHANGE: Final = {"description": "The value before, and the value after.", "type": "array", "minItems": 2, "maxItems": 2}
_ORIGIN: Final = {
    "description": "Whose doing it was, where an installation wrote what its vendor sent; absent otherwise.",
    "type": "object",
    "properties": {"integration": _TEXT, "installation_id": _TEXT},
}
_BY_TYPE: Final = {bool: "boolean", int: "integer", float: "number", str: "string"}


@cache
def schema(event_type: str, version: str = API_VERSION) -> Schema:
    """Return the schema of a whole event as receivers get it. Raises Missing for a type or version there is not."""
    if event_type not in catalogue() or version not in VERSIONS:
        raise Missing(f"There is no event type '{event_type}' in version '{version}'.")
    details, definitions = _details(event_type)
    found = {
        "$schema": _DIALECT,
        "title": event_type,
        "description": catalogue()[event_type].summary,
        **_object(
            id={"type": "string", "pattern": "^evt_[0-9a-v]{26}$"},
            type={"const": event_type},
            timestamp=_MOMENT,
            created={"type": "integer", "description": "The same moment in seconds since 1970."},
            tenant_id={"type": "string", "pattern": "^ten_"},
            api_version={"const": version},
            data=details,
        ),
    }
    return found | ({"$defs": definitions} if definitions else {})


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _details(event_type: str) -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of an event's `data`, and what it refers to."""
    noun, _, action = event_type.partition(".")
    resource = by_noun().get(noun)
    record, definitions = _record(resource) if resource else (_shape_of(samples.details(event_type)["record"]), {})
    properties: dict[str, Schema] = {
        "object": {"const": noun},
        "id": _TEXT,
        "action": {"const": action},
        "changes": {"type": "object", "additionalProperties": _CHANGE},
        "record": record,
    }
    found = _object(**properties, **({"type": _TEXT} if noun == "object" else {}))
    return {**found, "properties": {**found["properties"], "origin": _ORIGIN}}, definitions


@cache
def _record(resource: Resource) -> tuple[Schema, dict[str, Schema]]:
    written = _open(write_model(resource).model_json_schema(mode="serialization", ref_template="#/$defs/{model}"))
    properties = {
        "id": {"type": "string", "pattern": f"^{resource.prefix}_"},
        "object": {"const": resource.noun},
        **written["properties"],
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "deleted_at": _MOMENT,
        "version": {"type": "integer", "minimum": 1},
    }
    required = ["id", "object", "created_at", "updated_at", "version"]
    return {"type": "object", "required": required, "properties": properties}, written.get("$defs", {})


def _open(found: Any) -> Any:
    """Return a schema of what may be written as one of what will be read: what is refused today may be told tomorrow."""
    if isinstance(found, dict):
        dropped = {"additionalProperties"} if found.get("additionalProperties") is False else set()
        dropped |= {"title"} if isinstance(found.get("title"), str) else set()
        return {key: _open(value) for key, value in found.items() if key not in dropped}
    return [_open(part) for part in found] if isinstance(found, list) else found


def _shape_of(sample: Any) -> Schema:
    """Return the schema of what is no record: the members of its sample, each of which may be absent."""
    if isinstance(sample, dict):
        return {"type": "object", "properties": {name: _shape_of(part) for name, part in sample.items()}}
    if isinstance(sample, list):
        return {"type": "array", **({"items": _shape_of(sample[0])} if sample else {})}
    return {} if sample is None else {"type": [_BY_TYPE[type(sample)], "null"]}
