"""How a slice of facts is written down: an OpenAPI document in a few words, with the source that it was taken from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
ANY: Schema = {}
TRUTH: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"}


def integer(low: int | None = None, high: int | None = None) -> Schema:
    limits = {"minimum": low, "maximum": high}
    return {"type": "integer"} | {name: limit for name, limit in limits.items() if limit is not None}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def listed(items: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def mapped(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def record(members: Mapping[str, Schema], *optional: str) -> Schema:
    """Return an object in which every member has to be, but for the optional ones; `*` makes all of them optional."""
    required = [] if "*" in optional else [name for name in members if name not in optional]
    return {"type": "object", "properties": dict(members), "required": required}


def either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def operation(
    answer: Schema | None = None,
    *,
    status: int = 200,
    query: Mapping[str, Schema] | None = None,
    needs: Sequence[str] = (),
    headers: Sequence[str] = (),
    body: Schema | None = None,
    form: Schema | None = None,
    other: Mapping[int, Schema | None] | None = None,
) -> Schema:
    """Return an operation: its query, of which some is needed, its body, and its answers by status."""
    found: Schema = {
        "parameters": [{"in": "query", "name": name, "schema": schema, "required": name in needs} for name, schema in (query or {}).items()]
        + [{"in": "header", "name": name, "schema": TEXT, "required": True} for name in headers],
        "responses": {str(code): answered(schema) for code, schema in {status: answer, **(other or {})}.items()},
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if form is not None:
        found["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return found


def answered(schema: Schema | None) -> Schema:
    return {"description": ""} if schema is None else {"description": "", "content": {"application/json": {"schema": schema}}}


def slice_of(title: str, server: str, source: str, operations: Mapping[str, Schema]) -> Schema:
    """Return a document of these operations, keyed `METHOD /path`."""
    paths: dict[str, Schema] = {}
    for name, found in operations.items():
        method, path = name.split(" ", 1)
        places = [{"in": "path", "name": each, "required": True, "schema": TEXT} for each in re.findall(r"\{([^}]+)\}", path)]
        paths.setdefault(path, {})[method.lower()] = {**found, "parameters": [*found["parameters"], *places]}
    info = {"title": title, "version": "facts", "x-status": "hand-written", "x-source": source}
    return {"openapi": "3.0.3", "info": info, "servers": [{"url": server}], "paths": paths}
