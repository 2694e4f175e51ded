"""A description is read with its references followed; what it does not say is empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.drafts.descriptions import Description, shape

DOCUMENT = json.loads(Path(__file__).with_name("acme.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("servers", "address"),
    [
        (DOCUMENT["servers"], "https://api.acme.example/v2"),
        ([{"url": "https://{shopName}.x.example/"}], "https://{shopname}.x.example"),
        ([{"url": "http://x.example"}], ""),
        ([{"url": "/v1"}], ""),
        ([], ""),
    ],
)
def test_an_address_is_taken_only_when_it_is_safe(servers: list[dict[str, Any]], address: str) -> None:
    assert Description({**DOCUMENT, "servers": servers}).address == address


def test_a_schema_that_contains_itself_ends() -> None:
    document = {"openapi": "3.0.0", "paths": {}, "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}
    assert Description(document).resolved({"$ref": "#/components/schemas/A"}) == {}


def test_of_several_kinds_the_first_is_taken_that_is_something() -> None:
    found = Description(DOCUMENT).resolved({"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Order"}]})
    assert set(found["properties"]) == {"uuid", "total"}


def test_where_only_an_example_is_given_it_tells_the_schema() -> None:
    example = {"contacts": {"47": {"id": 47, "points": 1.5, "owner": None, "tags": ["a"], "on": True}}}
    media: dict[str, Any] = {"schema": {"type": "object"}, "examples": {"one": {"value": example}}}
    found = Description(DOCUMENT).answer({"responses": {"200": {"content": {"application/json": media}}}})
    row = found["properties"]["contacts"]["items"]["properties"]
    assert found["properties"]["contacts"]["type"] == "array"
    assert {name: one.get("type") for name, one in row.items()} == {
        "id": "integer", "points": "number", "owner": None, "tags": "array", "on": "boolean",
    }  # fmt: skip
    assert shape([]) == {"type": "array", "items": {}}


def test_ways_to_authenticate_that_only_do_together_are_left_out() -> None:
    schemes = {name: {"type": "apiKey", "in": "query", "name": name} for name in ("key", "secret", "token")}
    document = {**DOCUMENT, "components": {**DOCUMENT["components"], "securitySchemes": schemes}, "security": [{"key": [], "secret": []}]}
    assert set(Description(document).schemes) == {"key", "secret", "token"}
    assert set(Description({**document, "security": [{"key": [], "secret": []}, {"token": []}]}).schemes) == {"token"}


def test_paths_lead_through_lists() -> None:
    found = Description(DOCUMENT)
    schema = {"properties": {"mails": {"type": "array", "items": {"properties": {"value": {"type": "string"}}}}}}
    assert found.first(schema, ("mails.0.name", "mails.0.value")) == "mails.0.value"
