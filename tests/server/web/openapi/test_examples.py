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


@pytest.mark.criterion("api-1")
def test_the_examples_of_parameters_fit_too() -> None:
    found = [
        (operation["operationId"], parameter["name"], error.message)
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
        if "example" in parameter
        for error in OAS31Validator(parameter["schema"], format_checker=oas31_format_checker).iter_errors(parameter["example"])
    ]
    assert found == []


@pytest.mark.criterion("api-3")
def test_nothing_is_in_it_that_generators_write_into_a_client_as_it_stands() -> None:
    def parts(schema: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(schema, dict):
            yield place, schema
        for key, part in schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ():
            yield from parts(part, f"{place}/{key}")

    every = list(parts(DOCUMENT["components"]["schemas"], ""))
    assert [place for place, one in every if one.get("default") in ([], {}) and "anyOf" in one] == [], "Go writes `= []` for a type of its own"
    choices = [(place, choice) for place, one in every for choice in one.get("anyOf", ()) if isinstance(one["anyOf"], list)]
    assert [place for place, choice in choices if not {"type", "$ref", "const", "enum", "anyOf", "oneOf"} & set(choice)] == [], (
        "TypeScript makes a type without a name of a choice that is only a format or pattern"
    )


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
