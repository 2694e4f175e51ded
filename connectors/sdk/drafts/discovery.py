"""Turns a Google discovery document into OpenAPI 3 (developers.google.com/discovery/v1/reference): paths, parameters, bodies, answers, scopes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

# Google's own address for consents and tokens; discovery documents name scopes only.
AUTHORIZE: Final = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
SCHEME: Final = "oauth2"
PLAIN: Final = ("type", "format", "description", "enum", "pattern", "default", "readOnly")


def converted(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as OpenAPI 3."""
    paths: dict[str, dict[str, Any]] = {}
    for method in _methods(document):
        path = "/" + re.sub(r"\{\+(\w+)\}", r"{\1}", str(method.get("flatPath") or method["path"])).lstrip("/")
        paths.setdefault(path, {})[str(method["httpMethod"]).lower()] = _operation(method, path)
    info = {"title": document.get("title", document.get("name", "")), "version": document.get("version", "")}
    return {
        "openapi": "3.0.3",
        "info": info,
        "externalDocs": {"url": document.get("documentationLink") or "https://developers.google.com"},
        "servers": [{"url": f"{document['rootUrl']}{document.get('servicePath', '')}".rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": {name: _schema(one) for name, one in document.get("schemas", {}).items()},
            "securitySchemes": _schemes(document),
        },
    }


def _methods(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the methods of an API or of a resource, and of the resources inside it."""
    yield from part.get("methods", {}).values()
    for inner in part.get("resources", {}).values():
        yield from _methods(inner)


def _operation(method: Mapping[str, Any], path: str) -> dict[str, Any]:
    given = {name: one for name, one in method.get("parameters", {}).items() if one.get("location") == "query"}
    named = re.findall(r"\{(\w+)\}", path)
    parameters = [_parameter(name, "path", method.get("parameters", {}).get(name, {"type": "string"}), required=True) for name in named]
    parameters += [_parameter(name, "query", one, required=bool(one.get("required"))) for name, one in given.items()]
    answer = {"content": _content(method["response"])} if "response" in method else {}
    return {
        "operationId": method.get("id", ""),
        "parameters": parameters,
        **({"requestBody": {"content": _content(method["request"])}} if "request" in method else {}),
        "responses": {"200": {"description": "", **answer}},
        **({"security": [{SCHEME: [scope]} for scope in method["scopes"]]} if "scopes" in method else {}),
    }


def _parameter(name: str, place: str, found: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    schema = {word: found[word] for word in PLAIN if word in found and word != "pattern"}
    bounds = {word: int(found[word]) for word in ("minimum", "maximum") if word in found}
    whole = {"type": "array", "items": schema | bounds} if found.get("repeated") else schema | bounds
    return {"name": name, "in": place, "required": required, "schema": whole}


def _content(referred: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{referred['$ref']}"}}}


def _schema(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema; `any` and objects without members take whatever comes."""
    if "$ref" in found:
        return {"$ref": f"#/components/schemas/{found['$ref']}"}
    made: dict[str, Any] = {word: found[word] for word in PLAIN if word in found}
    if made.get("type") == "any":
        del made["type"]
    if "properties" in found:
        made["properties"] = {name: _schema(one) for name, one in found["properties"].items()}
    for word in ("items", "additionalProperties"):
        if isinstance(found.get(word), Mapping):
            made[word] = _schema(found[word])
    return made


def _schemes(document: Mapping[str, Any]) -> dict[str, Any]:
    scopes = document.get("auth", {}).get("oauth2", {}).get("scopes", {})
    told = {name: str(one.get("description", "")) for name, one in scopes.items()}
    flow = {"authorizationUrl": AUTHORIZE, "tokenUrl": TOKEN, "scopes": told}
    return {SCHEME: {"type": "oauth2", "flows": {"authorizationCode": flow}}} if scopes else {}
