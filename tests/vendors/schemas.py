"""Validators made of the schemas of an OpenAPI description, each when it is first needed.

A description of megabytes costs what is used of it.
A member that a schema does not name is a mistake, unless the schema says that others may come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import unquote

import jsonschema_rs

Schema = Mapping[str, Any]
Direction = Literal["asked", "answered"]
KEPT = (
    "enum", "const", "minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties",
    "maxProperties",
)  # fmt: skip
COMPOSITIONS = ("allOf", "anyOf", "oneOf")


class Schemas:
    """The schemas of one description."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self.validators: dict[tuple[int, Direction], Any] = {}
        self.kept: list[Schema] = []  # an id is only good as long as its object lives

    def problems(self, schema: Schema, value: Any, direction: Direction) -> Iterator[str]:
        """Yield what is wrong with a value, as place and reason."""
        for error in self.validator(schema, direction).iter_errors(value):
            yield f"{'.'.join(map(str, error.instance_path)) or '(whole)'}: {error.message[:200]}"

    def validator(self, schema: Schema, direction: Direction) -> Any:
        key = (id(schema), direction)
        if key not in self.validators:
            self.kept.append(schema)
            self.validators[key] = jsonschema_rs.Draft202012Validator(Translation(self, direction).whole(schema))
        return self.validators[key]

    def resolved(self, schema: Schema | None) -> Schema:
        """Return what a schema, parameter or answer stands for."""
        found: Schema = schema or {}
        while "$ref" in found:
            found = self.at(found["$ref"])
        return found

    def at(self, pointer: str) -> Any:
        """Return what lies at a pointer such as `#/components/schemas/Contact`."""
        found: Any = self.document
        for part in pointer.removeprefix("#/").split("/"):
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if isinstance(found, list) else found[name]
        return found

    def types(self, schema: Schema | None, depth: int = 0) -> set[str]:
        """Return the types that a schema allows, as far as it names them."""
        found = self.resolved(schema)
        kind = found.get("type", [])
        inner = [part for name in COMPOSITIONS for part in found.get(name, ())] if depth < 5 else []
        return set([kind] if isinstance(kind, str) else kind).union(*(self.types(part, depth + 1) for part in inner))

    def part(self, schema: Schema | None, kind: str, depth: int = 0) -> Schema:
        """Return the branch of a schema that describes an object or array."""
        found = self.resolved(schema)
        if found.get("type") == kind or ("items" if kind == "array" else "properties") in found:
            return found
        branches = [part for name in COMPOSITIONS for part in found.get(name, ())] if depth < 5 else []
        return next((self.part(part, kind, depth + 1) for part in branches if kind in self.types(part)), {})

    def read(self, value: Any, schema: Schema | None) -> Any:
        """Return the text of a query or form as the value that its schema means."""
        if isinstance(value, dict):
            return self.read_object(value, schema)
        if isinstance(value, list):
            items = self.part(schema, "array").get("items")
            return [self.read(part, items) for part in value]
        return read_text(value, self.types(schema)) if isinstance(value, str) else value

    def read_object(self, value: dict[str, Any], schema: Schema | None) -> Any:
        if value and "array" in self.types(schema) and all(name.isdigit() or not name for name in value):
            parts = [part for name in value for part in (value[name] if isinstance(value[name], list) else [value[name]])]
            return self.read(parts, schema)
        found = self.part(schema, "object")
        members, others = found.get("properties", {}), found.get("additionalProperties")
        return {name: self.read(part, members.get(name, others if isinstance(others, Mapping) else None)) for name, part in value.items()}


class Translation:
    """One schema of OpenAPI 3.0 or 3.1 as JSON Schema, with all that it refers to."""

    def __init__(self, schemas: Schemas, direction: Direction) -> None:
        self.schemas = schemas
        self.direction = direction
        self.wanted: dict[str, tuple[str, bool]] = {}

    def whole(self, schema: Schema) -> dict[str, Any]:
        found = self.of(schema, closed=True)
        definitions: dict[str, Any] = {}
        while missing := [name for name in self.wanted if name not in definitions]:
            for name in missing:
                pointer, closed = self.wanted[name]
                definitions[name] = self.of(self.schemas.at(pointer), closed=closed)
        return {**found, "$defs": definitions}

    def of(self, schema: Any, *, closed: bool) -> Any:
        """Translate one schema; one that is a branch of another is not `closed`: its sibling may name the member."""
        if isinstance(schema, bool):
            return schema
        if "$ref" in schema:
            return self.reference(schema["$ref"], closed=closed)
        found = {name: schema[name] for name in KEPT if name in schema} | self.members(schema, closed=closed)
        found |= {name: [self.of(part, closed=False) for part in schema[name]] for name in COMPOSITIONS if name in schema}
        found |= bounds(schema)
        if "type" in schema:
            found["type"] = schema["type"]
        if "items" in schema:
            found["items"] = self.of(schema["items"], closed=True)
        if "pattern" in schema and compiles(schema["pattern"]):
            found["pattern"] = schema["pattern"]
        return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found

    def reference(self, pointer: str, *, closed: bool) -> dict[str, str]:
        name = re.sub(r"\W", "_", f"{pointer}_{'closed' if closed else 'open'}")
        self.wanted[name] = (pointer, closed)
        return {"$ref": f"#/$defs/{name}"}

    def members(self, schema: Schema, *, closed: bool) -> dict[str, Any]:
        properties = schema.get("properties", {})
        found: dict[str, Any] = {"properties": {name: self.of(part, closed=True) for name, part in properties.items()}} if properties else {}
        required = [name for name in schema.get("required", ()) if not self.excused(properties.get(name))]
        if required and isinstance(schema["required"], list):
            found["required"] = required
        if "additionalProperties" in schema:
            found["additionalProperties"] = self.of(schema["additionalProperties"], closed=True)
        elif closed and self.names_members(schema):
            found["unevaluatedProperties"] = False
        elif not closed and not properties and not any(name in schema for name in COMPOSITIONS):
            found["additionalProperties"] = True
        return found

    def excused(self, schema: Schema | None) -> bool:
        """Tell whether whoever asks need not give a member, because only the vendor sets it; and the other way round."""
        return bool(self.schemas.resolved(schema).get("readOnly" if self.direction == "asked" else "writeOnly"))

    def names_members(self, schema: Schema) -> bool:
        found = self.schemas.resolved(schema)
        return bool(found.get("properties")) or any(self.names_members(part) for name in COMPOSITIONS for part in found.get(name, ()))


def bounds(schema: Schema) -> dict[str, Any]:
    """Return the exclusive bounds, which OpenAPI 3.0 writes as flags."""
    found: dict[str, Any] = {}
    for name, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(name) is True:
            found[name] = schema[bound]
        elif name in schema and schema[name] is not False:
            found[name] = schema[name]
    return found


def compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def read_text(value: str, types: set[str]) -> Any:
    """Return the number or truth value that a text means, where one is wanted."""
    if types & {"integer", "number"} and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "number" in types and re.fullmatch(r"-?\d+\.\d+", value):
        return float(value)
    if "boolean" in types and value in {"true", "false"}:
        return value == "true"
    return [value] if types == {"array"} else value
