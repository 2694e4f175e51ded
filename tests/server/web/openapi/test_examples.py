"""Every example fits the schema it stands beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from server.web import table
from server.web.openapi import document
from server.web.openapi.examples import example_of, names_of

DOCUMENT: dict[str, Any] = json.loads(document.render(table.build().routes))


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every media type object that has an example, with the name of its operation."""
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            parts = [operation.get("requestBody", {}), *operation["responses"].values()]
            for part in parts:
                yield from ((operation["operationId"], content) for content in part.get("content", {}).values() if "example" in content)


@pytest.mark.criterion("api-1")
@pytest.mark.parametrize(("name", "content"), list(contents()), ids=lambda value: value if isinstance(value, str) else "")
def test_an_example_fits_its_schema(name: str, content: dict[str, Any]) -> None:
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    errors = OAS31Validator(schema, format_checker=oas31_format_checker).iter_errors(content["example"])
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_things_have_the_prefix_of_their_collection() -> None:
    assert names_of("/api/v1/deals/{id}")["id"].startswith("deal_")
    assert names_of("/api/v1/webhooks/{id}/enable")["object"] == "webhook"
    assert names_of("/api/v1/nothing")["id"].startswith("id_")


def test_an_example_is_what_the_schema_says_first() -> None:
    components = {"Part": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 3}}}}
    schema = {
        "type": "object",
        "required": ["part"],
        "properties": {
            "part": {"$ref": "#/components/schemas/Part"},
            "kind": {"enum": ["a", "b"]},
            "when": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "link": {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]},
            "code": {"type": "string", "minLength": 6},
        },
    }
    assert example_of(schema, components, {}) == {"part": {"n": 3}, "kind": "a", "when": "2026-11-20", "code": "textxx"}
