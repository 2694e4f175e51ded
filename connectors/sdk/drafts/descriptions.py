"""Reads an OpenAPI 3 description: addresses, operations, and schemas with their references followed. What is not described is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from connectors.sdk.drafts.documents import openapi
from connectors.sdk.paths import parts

MOST_DEPTH: Final = 12
UNCHECKED: Final = frozenset({"accept", "authorization", "content-type", "contenttype", "token"})
"""Headers that every call has, or that the way to authenticate puts there."""


class Description:
    """One description, as OpenAPI 3."""

    def __init__(self, document: Any) -> None:
        """Take the document, in any form that is known. Raises DescriptionError for what is none."""
        self.document = openapi(document)

    @property
    def title(self) -> str:
        """What the vendor calls its API."""
        return str(self.document.get("info", {}).get("title", "")).strip() or "New vendor"

    @property
    def address(self) -> str:
        """The first server's address, with placeholders where it has them; nothing where none could be called by https."""
        servers = self.document.get("servers") or [{}]
        found = str(servers[0].get("url", ""))
        for name, variable in servers[0].get("variables", {}).items():
            found = found.replace(f"{{{name}}}", str(variable.get("default", "")) or f"{{{name}}}")
        found = re.sub(r"\{([^}]*)\}", lambda one: "{" + re.sub(r"\W", "_", one[1]).lower() + "}", found)
        return found.rstrip("/") if found.startswith("https://") else ""

    @property
    def documentation(self) -> str:
        """Where the vendor explains its API."""
        info, outside = self.document.get("info", {}), self.document.get("externalDocs", {})
        return str(outside.get("url") or info.get("contact", {}).get("url") or self.address or "https://")

    @property
    def schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The ways to authenticate that are enough by themselves; all of them where that is not told."""
        found = {name: self.resolved(one) for name, one in self.document.get("components", {}).get("securitySchemes", {}).items()}
        wanted = [one for needed in self._security() for one in needed]
        alone = {next(iter(one)) for one in wanted if len(one) == 1}
        return {name: one for name, one in found.items() if name in alone} or found

    def _security(self) -> Iterator[Sequence[Mapping[str, Any]]]:
        yield self.document.get("security", ())
        for path in self.document["paths"]:
            yield from (operation.get("security", ()) for verb in ("get", "post") if (operation := self.operation(path, verb)))

    def resolved(self, schema: Any, depth: int = 0) -> Mapping[str, Any]:
        """Return a schema with its own reference followed, the parts of an allOf put together, and the first of several kinds."""
        if not isinstance(schema, Mapping) or depth > MOST_DEPTH:
            return {}
        if "$ref" in schema:
            return self.resolved(self._referred(str(schema["$ref"])), depth + 1)
        merged = dict(schema)
        for part in schema.get("allOf", ()):
            other = self.resolved(part, depth + 1)
            merged["properties"] = {**merged.get("properties", {}), **other.get("properties", {})}
            merged["required"] = [*merged.get("required", ()), *other.get("required", ())]
            merged.setdefault("type", other.get("type", "object"))
        if "type" not in merged and "properties" not in merged:
            kinds = [self.resolved(one, depth + 1) for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]
            merged = {**next((one for one in kinds if one.get("type") != "null"), {}), **merged}
        return merged

    def _referred(self, reference: str) -> Any:
        found: Any = self.document
        for part in reference.removeprefix("#/").split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
        return found

    def operation(self, path: str, verb: str) -> Mapping[str, Any] | None:
        """Return one operation, None where there is none."""
        item = self.document["paths"].get(path, {})
        return item.get(verb) if isinstance(item.get(verb), Mapping) else None

    def parameters(self, path: str, place: str = "query", verb: str = "get") -> dict[str, Mapping[str, Any]]:
        """Return the parameters of an operation by name; those of a listing unless another verb is named."""
        item = self.document["paths"][path]
        every = [self.resolved(one) for one in (*item.get("parameters", ()), *item[verb].get("parameters", ()))]
        return {str(one["name"]): one for one in every if one.get("in") == place}

    def body(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the contents of a body by media type."""
        found: Mapping[str, Any] = self.resolved(operation.get("requestBody")).get("content", {})
        return found

    def answer(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema of the answer when it is a success; where only an example is given, the schema that it has."""
        media = json_of(self.success(operation).get("content", {}))
        examples = media.get("examples") or {}
        shown = media.get("example") or next((self.resolved(one).get("value") for one in examples.values()), None)
        schema = self.resolved(media.get("schema"))
        return shape(shown) if shown is not None and is_open(schema) else schema

    def success(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer when it is a success."""
        answers = operation.get("responses", {})
        return self.resolved(next((answers[status] for status in ("200", "201", "2XX", "default") if status in answers), {}))

    def properties(self, schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """Return the members of an object."""
        return {name: self.resolved(one) for name, one in schema.get("properties", {}).items()}

    def at(self, schema: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
        """Return the schema at a dotted path, a number standing for a place in a list; None where none is described."""
        for part in parts(path):
            found = {part: self.resolved(schema["items"])} if part.isdecimal() and "items" in schema else self.properties(schema)
            if part not in found:
                return None
            schema = found[part]
        return schema

    def first(self, schema: Mapping[str, Any], paths: Sequence[str]) -> str:
        """Return the first of these paths that is described, else nothing."""
        return next((path for path in paths if self.at(schema, path) is not None), "")


def is_open(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema says nothing of what an answer holds."""
    more = schema.get("additionalProperties")
    return not (isinstance(more, Mapping) and more) and not any(word in schema for word in ("$ref", "allOf", "anyOf", "items", "oneOf", "properties"))


def shape(value: Any) -> dict[str, Any]:
    """Return the schema of an example. What stands under numbers is rows by their ids."""
    if isinstance(value, Mapping):
        if value and all(str(name).isdecimal() for name in value):
            return {"type": "array", "items": shape(next(iter(value.values())))}
        return {"type": "object", "properties": {name: shape(one) for name, one in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": shape(value[0]) if value else {}}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[type(value)]} if type(value) in kinds else {}


def json_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what stands under the JSON media type, or under any."""
    return next((one for name, one in content.items() if "json" in name), content.get("*/*", {}))
