"""The comparison of documents: every narrowing is found and named, every widening passes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from server.web import table
from server.web.openapi import document
from server.web.openapi.comparison import NARROWINGS, Finding, narrowings

PATH = "/api/v1/things"
THING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "kind"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "size": {"type": "integer"},
        "parent": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
    },
}
NEW_THING: dict[str, Any] = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": True,
    "properties": {
        "kind": {"type": "string", "enum": ["a", "b"]},
        "name": {"type": "string", "minLength": 1, "maxLength": 50},
        "size": {"type": ["number", "null"], "maximum": 10},
        "tags": {"type": "array", "maxItems": 5, "items": {"type": "string"}},
        "owner": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "host": {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
    },
}
ANY: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/NewThing"}}


def described() -> dict[str, Any]:
    """Return a small document with one of everything."""
    things = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    operation = {
        "operationId": "create_thing",
        "security": [{"bearer": []}, {"apiKey": []}],
        "parameters": [{"name": "sort", "in": "query", "schema": {"type": "string"}}],
        "requestBody": {
            "required": False,
            "content": {"application/json": ANY, "application/xml": ANY},
        },
        "responses": {"200": {"content": things}, "201": {"content": deepcopy(things)}, "422": {"description": "no"}},
    }
    paths = {PATH: {"post": operation, "get": {"operationId": "list_things", "security": [], "responses": {}}}, "/api/v1/others": {}}
    return {"paths": paths, "components": {"schemas": {"Thing": deepcopy(THING), "NewThing": deepcopy(NEW_THING)}}}


def changed(*steps: tuple[str, Any]) -> dict[str, Any]:
    """Return the document with values put at dotted places; `...` takes what is there away."""
    found = described()
    shortcuts = {
        "post": found["paths"][PATH]["post"],
        "get": found["paths"][PATH]["get"],
        "path": found["paths"][PATH],
        "paths": found["paths"],
        "answer": found["components"]["schemas"]["Thing"],
        "asked": found["components"]["schemas"]["NewThing"],
    }
    for place, value in steps:
        first, *rest, last = place.split(".")
        at = shortcuts[first]
        for step in rest:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is ...:
            del at[last]
        else:
            at[last] = value
    return found


PARENT = THING["properties"]["parent"]["anyOf"]
NARROWER: list[tuple[str, str, dict[str, Any]]] = [
    ("path_removed", "/api/v1/others", changed(("paths./api/v1/others", ...))),
    ("operation_removed", f"GET {PATH}", changed(("path.get", ...))),
    ("operation_renamed", f"POST {PATH}", changed(("post.operationId", "make_thing"))),
    ("credential_required", f"GET {PATH}", changed(("get.security", [{"bearer": []}]))),
    ("credential_required", f"POST {PATH}", changed(("post.security", [{"bearer": []}]))),
    ("scope_added", f"POST {PATH}", changed(("post.x-scope", "things:write"))),
    ("parameter_removed", f"POST {PATH} parameter sort", changed(("post.parameters", []))),
    ("parameter_required", f"POST {PATH} parameter sort", changed(("post.parameters", [{"name": "sort", "in": "query", "required": True}]))),
    ("type_narrowed", f"POST {PATH} parameter sort", changed(("post.parameters", [{"name": "sort", "in": "query", "schema": {"type": "integer"}}]))),
    ("body_required", f"POST {PATH} body", changed(("post.requestBody.required", True))),
    ("body_removed", f"POST {PATH} body", changed(("post.requestBody", ...))),
    ("media_type_removed", f"POST {PATH} body", changed(("post.requestBody.content", {"application/json": ANY}))),
    ("media_type_removed", f"POST {PATH} 200", changed(("post.responses.200.content", {"text/csv": {"schema": {"type": "string"}}}))),
    ("success_removed", f"POST {PATH} 200", changed(("post.responses.200", ...))),
    ("type_narrowed", "NewThing in requests/size", changed(("asked.properties.size.type", "number"))),
    ("type_narrowed", "NewThing in requests/size", changed(("asked.properties.size.type", ["integer", "null"]))),
    ("type_narrowed", "NewThing in requests/tags/items", changed(("asked.properties.tags.items", {"type": "integer"}))),
    ("type_widened", "Thing in answers/size", changed(("answer.properties.size.type", ["integer", "null"]))),
    ("type_widened", "Thing in answers/size", changed(("answer.properties.size", {}))),
    ("enum_value_removed", "NewThing in requests/kind", changed(("asked.properties.kind.enum", ["a"]))),
    ("enum_value_removed", "Thing in answers/kind", changed(("answer.properties.kind", {"type": "string", "const": "a"}))),
    ("enum_added", "NewThing in requests/name", changed(("asked.properties.name.enum", ["x"]))),
    ("property_removed", "NewThing in requests/name", changed(("asked.properties.name", ...))),
    ("property_removed", "Thing in answers/size", changed(("answer.properties.size", ...))),
    ("property_required", "NewThing in requests/name", changed(("asked.required", ["kind", "name"]))),
    ("property_required", "NewThing in requests/colour", changed(("asked.required", ["kind", "colour"]))),
    ("property_optional", "Thing in answers/id", changed(("answer.required", ["kind"]))),
    ("members_closed", "NewThing in requests", changed(("asked.additionalProperties", False))),
    ("type_narrowed", "NewThing in requests/*", changed(("asked.additionalProperties", {"type": "string"}))),
    ("pattern_changed", "NewThing in requests names", changed(("asked.propertyNames", {"pattern": "^x"}))),
    ("limit_narrowed", "NewThing in requests/name", changed(("asked.properties.name.maxLength", 49))),
    ("limit_narrowed", "NewThing in requests/name", changed(("asked.properties.name.minLength", 2))),
    ("limit_narrowed", "NewThing in requests/size", changed(("asked.properties.size.minimum", 0))),
    ("limit_narrowed", "NewThing in requests/tags", changed(("asked.properties.tags.maxItems", 4))),
    ("pattern_changed", "NewThing in requests/name", changed(("asked.properties.name.pattern", "^x"))),
    ("variant_removed", "NewThing in requests/owner", changed(("asked.properties.owner", {"type": "string"}))),
    (
        "limit_narrowed",
        "NewThing in requests/owner",
        changed(("asked.properties.owner.anyOf", [{"type": "string", "maxLength": 9}, {"type": "integer"}])),
    ),
    (
        "variant_added",
        "Thing in answers/parent",
        changed(("answer.properties.parent.anyOf", [*PARENT, {"type": "string"}])),
    ),
]
WIDER: dict[str, dict[str, Any]] = {
    "a new path": changed(("paths./api/v1/new", {"get": {}})),
    "a new operation": changed(("path.put", {"operationId": "put_thing"})),
    "no credential": changed(("post.security", [])),
    "one more way to prove who calls": changed(("post.security", [{"bearer": []}, {"apiKey": []}, {"mutualTLS": []}])),
    "a new parameter": changed(("post.parameters", [*described()["paths"][PATH]["post"]["parameters"], {"name": "x", "in": "query"}])),
    "a parameter of any kind": changed(("post.parameters.0.schema", {})),
    "one more media type": changed(("post.requestBody.content.text/csv", ANY)),
    "one more status of success": changed(("post.responses.202", {})),
    "a refusal less": changed(("post.responses.422", ...)),
    "a new member in a request": changed(("asked.properties.colour", {"type": "string"})),
    "a new member in an answer": changed(("answer.properties.colour", {"type": "string"})),
    "a member that may be left out": changed(("asked.required", [])),
    "a member that is always there": changed(("answer.required", ["id", "kind", "size"])),
    "one more type in a request": changed(("asked.properties.name.type", ["string", "null"])),
    "one type less in an answer": changed(("answer.properties.parent", {"$ref": "#/components/schemas/Thing"})),
    "one more value in a request": changed(("asked.properties.kind.enum", ["a", "b", "c"])),
    "one more value in an answer": changed(("answer.properties.kind.enum", ["a", "b", "c"])),
    "any value": changed(("asked.properties.kind", {"type": "string"})),
    "a wider limit": changed(("asked.properties.name", {"type": "string", "minLength": 0, "maxLength": 51})),
    "no limit": changed(("asked.properties.name", {"type": "string"})),
    "a narrower limit in an answer": changed(("answer.properties.id", {"type": "string", "maxLength": 9})),
    "one more shape in a request": changed(("asked.properties.owner.anyOf", [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}])),
    "a shape for what had one of two": changed(("asked.properties.owner", {"type": ["string", "integer"]})),
    "the type alone of what had formats beside it": changed(("asked.properties.host", {"type": "string"})),
    "another description": changed(("asked.properties.name.description", "A name.")),
}


@pytest.mark.criterion("api-4")
@pytest.mark.parametrize(("kind", "place", "after"), NARROWER)
def test_a_narrowing_is_found_and_said_where_it_is(kind: str, place: str, after: dict[str, Any]) -> None:
    found = narrowings(described(), after)
    assert [(one.kind, one.place) for one in found] == [(kind, place)]
    assert str(found[0]).startswith(f"{place}: {NARROWINGS[kind]}")


@pytest.mark.criterion("api-4")
@pytest.mark.parametrize("after", WIDER.values(), ids=WIDER)
def test_a_widening_passes(after: dict[str, Any]) -> None:
    assert narrowings(described(), after) == []


@pytest.mark.criterion("api-4")
def test_every_kind_of_narrowing_is_tried() -> None:
    assert {kind for kind, _, _ in NARROWER} == set(NARROWINGS)


def test_a_document_takes_nothing_from_its_own_clients_and_everything_from_them_when_it_is_empty() -> None:
    whole = document.build(table.build().routes)
    assert narrowings(whole, whole) == []
    assert len(narrowings(whole, {**whole, "paths": {}})) == len(whole["paths"])


def test_a_finding_says_what_and_where_in_one_line() -> None:
    assert str(Finding("path_removed", "/x")) == "/x: an address is gone"
    assert str(Finding("limit_narrowed", "A/b", "maxLength is 3")) == "A/b: a value that was within the limits is not (maxLength is 3)"
