"""A slice holds what is used, as deep as a row's own members."""

from __future__ import annotations

from typing import Any

from connectors.sdk.drafts.slicing import sliced


def chain(length: int) -> dict[str, Any]:
    """Return schemas each of which names the next."""
    return {
        f"S{number}": {
            "type": "object",
            "title": "t",
            "x-note": 1,
            "properties": {"title": {"type": "string"}, "next": {"$ref": f"#/components/schemas/S{number + 1}"}},
        }
        for number in range(length)
    }


DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Acme", "description": "long"},
    "components": {"schemas": chain(6), "securitySchemes": {"key": {"type": "apiKey"}}},
    "paths": {
        "/rows": {
            "summary": "s",
            "get": {
                "description": "long",
                "parameters": [
                    {"name": "description", "in": "query", "description": "long", "schema": {}},
                    {"name": "Token", "in": "header", "required": True, "schema": {}},
                ],
                "responses": {
                    "200": {"description": "long", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}, "example": 1}}}
                },
            },
        },
        "/shown": {"get": {"responses": {"200": {"content": {"application/json": {"example": {"rows": [{"id": 1}, {"id": 2}]}}}}}}},
        "/others": {"get": {"responses": {}}},
    },
}
SLICE = sliced(DOCUMENT, ["/rows", "/shown"], "https://api.acme.example")


def test_only_what_is_used_is_kept() -> None:
    assert set(SLICE["paths"]) == {"/rows", "/shown"}
    assert SLICE["servers"] == [{"url": "https://api.acme.example"}]
    assert SLICE["components"]["securitySchemes"] == {"key": {"type": "apiKey"}}


def test_what_lies_deep_takes_any_value() -> None:
    schemas = SLICE["components"]["schemas"]
    assert set(schemas) == {"S0", "S1", "S2"}
    assert schemas["S2"]["properties"]["next"] == {}


def test_what_only_people_read_is_gone_and_names_stay() -> None:
    get = SLICE["paths"]["/rows"]["get"]
    assert "description" not in get
    assert get["parameters"] == [{"name": "description", "in": "query", "schema": {}}]
    assert get["responses"]["200"]["description"] == ""
    assert "example" not in get["responses"]["200"]["content"]["application/json"]
    assert SLICE["components"]["schemas"]["S0"] == {
        "type": "object",
        "properties": {"title": {"type": "string"}, "next": {"$ref": "#/components/schemas/S1"}},
    }


def test_a_header_that_shows_who_we_are_is_left_to_the_way_to_authenticate() -> None:
    assert [one["name"] for one in SLICE["paths"]["/rows"]["get"]["parameters"]] == ["description"]


def test_an_example_that_is_all_there_is_keeps_its_form() -> None:
    shown = SLICE["paths"]["/shown"]["get"]["responses"]["200"]["content"]["application/json"]
    assert shown["example"] == {"rows": [{"id": 1}]}
