"""Cuts out of a description what a draft uses: some kilobytes of megabytes. What lies deeper than a row's own members takes any value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from connectors.sdk.drafts.descriptions import UNCHECKED, is_open

MOST_STEPS: Final = 2
"""How many references deep a schema is kept."""
UNUSED: Final = frozenset({"description", "summary", "title", "externalDocs", "tags", "callbacks", "links", "deprecated", "operationId", "security"})
VERBS: Final = ("get", "put", "post", "delete", "patch")
SHOWN: Final = ("example", "examples")
NAMES: Final = frozenset({"properties", "patternProperties", "responses", "headers", "schemas", "parameters", "content"})
"""Members whose own members are names, so none of them is unused."""
Reference = tuple[str, str, str]


def sliced(document: Mapping[str, Any], paths: Iterable[str], address: str) -> dict[str, Any]:
    """Return the part of a document that describes these paths."""
    items = {path: trimmed(item_of(document["paths"][path])) for path in paths}
    kept = reached(document, items)
    made: dict[str, Any] = {"openapi": document["openapi"], "info": {"title": document.get("info", {}).get("title", ""), "version": "draft"}}
    made |= {"servers": [{"url": address}], "paths": cut(items, kept)}
    schemes = document.get("components", {}).get("securitySchemes")
    made |= {"components": {"securitySchemes": schemes}} if schemes else {}
    for reference in sorted(kept):
        _, kind, name = reference
        made.setdefault("components", {}).setdefault(kind, {})[name] = cut(trimmed(component(document, reference)), kept)
    return made


def item_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the operations of a path, and the parameters that all of them have."""
    return {name: item[name] for name in ("parameters", *VERBS) if name in item}


def trimmed(part: Any, *, named: bool = False) -> Any:
    """Return a part without what only people read, and without the vendor's own extensions."""
    if isinstance(part, list):
        return [trimmed(one) for one in part if not is_proof(one)]
    if not isinstance(part, Mapping):
        return part
    kept = {name: value for name, value in part.items() if named or not (name in UNUSED or name.startswith("x-")) or name == "x-ms-pageable"}
    if "schema" in part and not named:
        kept = {name: value for name, value in kept.items() if name not in SHOWN} if not is_open(part["schema"]) else kept
    described = {"description": ""} if "content" in part and not named else {}
    return {**described, **{name: shorter(value) if name in SHOWN else trimmed(value, named=name in NAMES) for name, value in kept.items()}}


def is_proof(part: Any) -> bool:
    """Tell whether a part is the parameter of a header that every call has: how we show who we are says more of it than its name does."""
    return isinstance(part, Mapping) and part.get("in") == "header" and str(part.get("name")).lower() in UNCHECKED


def shorter(example: Any) -> Any:
    """Return an example with one element of each list: the others say nothing new of its form."""
    if isinstance(example, list):
        return [shorter(one) for one in example[:1]]
    return {name: shorter(value) for name, value in example.items()} if isinstance(example, Mapping) else example


def reached(document: Mapping[str, Any], part: Any) -> set[Reference]:
    """Return the components that a part names, those that these name, and so on for as many steps as are kept."""
    found: set[Reference] = set()
    fresh = references(part)
    for _ in range(MOST_STEPS + 1):
        fresh = {one for one in fresh if one not in found and component(document, one)}
        found |= fresh
        fresh = {inner for one in fresh for inner in references(component(document, one))}
    return found


def references(part: Any) -> set[Reference]:
    """Return the components that a part names itself."""
    if isinstance(part, list):
        return {found for one in part for found in references(one)}
    if not isinstance(part, Mapping):
        return set()
    named = tuple(str(part.get("$ref", "")).removeprefix("#/").split("/"))
    own: set[Reference] = {(named[0], named[1], named[2])} if len(named) == 3 else set()
    return own | {found for value in part.values() for found in references(value)}


def component(document: Mapping[str, Any], reference: Reference) -> Any:
    """Return a component of a document, nothing where it is not there."""
    section, kind, name = reference
    return document.get(section, {}).get(kind, {}).get(name.replace("~1", "/").replace("~0", "~"), {})


def cut(part: Any, kept: set[Reference]) -> Any:
    """Return a part in which a reference to what is not kept takes any value."""
    if isinstance(part, list):
        return [cut(one, kept) for one in part]
    if not isinstance(part, Mapping):
        return part
    if isinstance(part.get("$ref"), str) and not references({"$ref": part["$ref"]}) <= kept:
        return {}
    return {name: cut(value, kept) for name, value in part.items()}
