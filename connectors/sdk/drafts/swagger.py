"""Turns a Swagger 2 document into OpenAPI 3 (spec.openapis.org/oas/v2.0): as much of it as a draft reads, which is all but examples of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

VERBS: Final = ("get", "put", "post", "delete", "patch", "head", "options")
FLOWS: Final[Mapping[str, str]] = {
    "accessCode": "authorizationCode",
    "application": "clientCredentials",
    "implicit": "implicit",
    "password": "password",
}
MOVED: Final[Mapping[str, str]] = {"definitions": "schemas", "parameters": "parameters", "responses": "responses"}
OWN: Final = ("name", "in", "description", "required", "allowEmptyValue")
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


def converted(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as OpenAPI 3."""
    consumes, produces = document.get("consumes") or [JSON], document.get("produces") or [JSON]
    kept = {name: document[name] for name in ("info", "externalDocs", "security", "tags") if name in document}
    paths = {path: _item(item, document, consumes, produces) for path, item in document["paths"].items()}
    components = {
        "schemas": _moved(document.get("definitions", {})),
        "parameters": {name: _parameter(one) for name, one in document.get("parameters", {}).items() if one.get("in") not in ("body", "formData")},
        "responses": {name: _answer(one, produces) for name, one in document.get("responses", {}).items()},
        "securitySchemes": {name: _scheme(one) for name, one in document.get("securityDefinitions", {}).items()},
    }
    return {"openapi": "3.0.3", **kept, "servers": _servers(document), "paths": paths, "components": components}


def _servers(document: Mapping[str, Any]) -> list[dict[str, str]]:
    host, schemes = document.get("host", ""), document.get("schemes") or ["https"]
    scheme = "https" if "https" in schemes else schemes[0]
    return [{"url": (f"{scheme}://{host}" if host else "") + str(document.get("basePath", "/"))}]


def _item(item: Mapping[str, Any], document: Mapping[str, Any], consumes: Sequence[str], produces: Sequence[str]) -> dict[str, Any]:
    shared = [_followed(one, document) for one in item.get("parameters", ())]
    made: dict[str, Any] = {"parameters": [_parameter(one) for one in shared if one.get("in") not in ("body", "formData")]}
    for verb in VERBS:
        if isinstance(item.get(verb), Mapping):
            made[verb] = _operation(item[verb], shared, document, consumes, produces)
    return made


def _operation(
    found: Mapping[str, Any], shared: Sequence[Mapping[str, Any]], document: Mapping[str, Any], consumes: Sequence[str], produces: Sequence[str]
) -> dict[str, Any]:
    own = [_followed(one, document) for one in found.get("parameters", ())]
    kept = {name: value for name, value in found.items() if name not in ("parameters", "responses", "consumes", "produces", "schemes")}
    answers = {status: _answer(one, found.get("produces") or produces) for status, one in found.get("responses", {}).items()}
    body = _body([*shared, *own], found.get("consumes") or consumes)
    return {
        **kept,
        "parameters": [_parameter(one) for one in own if one.get("in") not in ("body", "formData")],
        **({"requestBody": body} if body else {}),
        "responses": answers,
    }


def _followed(parameter: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(parameter.get("$ref", "")).removeprefix("#/parameters/")
    found: Mapping[str, Any] = document.get("parameters", {}).get(name, parameter)
    return found


def _parameter(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter of a path, a query or a header; everything that is not its own describes its value."""
    schema = {name: value for name, value in one.items() if name not in OWN and name != "collectionFormat"}
    exploded = {"explode": one["collectionFormat"] == "multi"} if "collectionFormat" in one else {}
    return {**{name: one[name] for name in OWN if name in one}, **exploded, "schema": _moved(schema)}


def _body(parameters: Sequence[Mapping[str, Any]], consumes: Sequence[str]) -> dict[str, Any]:
    """Return the body that is asked for: the one parameter that is it, or the fields of a form."""
    whole = next((one for one in parameters if one.get("in") == "body"), None)
    if whole is not None:
        return {"required": bool(whole.get("required")), "content": {kind: {"schema": _moved(whole.get("schema", {}))} for kind in consumes}}
    fields = [one for one in parameters if one.get("in") == "formData"]
    if not fields:
        return {}
    required = [one["name"] for one in fields if one.get("required")]
    properties = {one["name"]: _parameter(one)["schema"] for one in fields}
    schema = {"type": "object", "properties": properties, **({"required": required} if required else {})}
    kinds = [kind for kind in consumes if "form" in kind] or [FORM]
    return {"required": bool(required), "content": {kind: {"schema": schema} for kind in kinds}}


def _answer(found: Mapping[str, Any], produces: Sequence[str]) -> dict[str, Any]:
    if "$ref" in found:
        referred: dict[str, Any] = _moved(found)
        return referred
    content = {kind: {"schema": _moved(found["schema"])} for kind in produces} if "schema" in found else {}
    headers = {name: {"schema": _moved(one)} for name, one in found.get("headers", {}).items()}
    return {"description": found.get("description", ""), **({"headers": headers} if headers else {}), **({"content": content} if content else {})}


def _scheme(found: Mapping[str, Any]) -> dict[str, Any]:
    if found.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if found.get("type") != "oauth2":
        return dict(found)
    urls = {name: found[name] for name in ("authorizationUrl", "tokenUrl", "scopes") if name in found}
    return {"type": "oauth2", "flows": {FLOWS.get(str(found.get("flow")), "implicit"): {"scopes": {}, **urls}}}


def _moved(part: Any) -> Any:
    """Return a part with its references leading to where OpenAPI 3 keeps things; files are texts there."""
    if isinstance(part, list):
        return [_moved(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    made = {name: _moved(value) for name, value in part.items()}
    if isinstance(made.get("$ref"), str):
        section, _, name = made["$ref"].removeprefix("#/").partition("/")
        made["$ref"] = f"#/components/{MOVED[section]}/{name}" if section in MOVED else made["$ref"]
    return {**made, "type": "string", "format": "binary"} if made.get("type") == "file" else made
