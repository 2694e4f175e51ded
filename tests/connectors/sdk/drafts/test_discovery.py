"""A discovery document of Google's says the same as OpenAPI 3 once it is converted."""

from __future__ import annotations

from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator

from connectors.sdk.drafts.discovery import converted

FOUND: dict[str, Any] = {
    "kind": "discovery#restDescription",
    "title": "People",
    "version": "v1",
    "rootUrl": "https://people.googleapis.com/",
    "servicePath": "",
    "auth": {"oauth2": {"scopes": {"https://x.example/auth/contacts": {"description": "See"}}}},
    "schemas": {
        "Person": {"id": "Person", "type": "object", "properties": {"names": {"type": "array", "items": {"$ref": "Name"}}, "extra": {"type": "any"}}},
        "Name": {"id": "Name", "type": "object", "additionalProperties": {"type": "string"}},
    },
    "resources": {
        "people": {
            "methods": {
                "update": {
                    "id": "people.update",
                    "path": "v1/{+resourceName}:update",
                    "flatPath": "v1/people/{peopleId}:update",
                    "httpMethod": "PATCH",
                    "parameters": {"resourceName": {"location": "path", "required": True, "type": "string", "pattern": "^people/[^/]+$"}},
                    "request": {"$ref": "Person"},
                    "response": {"$ref": "Person"},
                    "scopes": ["https://x.example/auth/contacts"],
                }
            },
            "resources": {
                "connections": {
                    "methods": {
                        "list": {
                            "id": "people.connections.list",
                            "path": "v1/{+resourceName}/connections",
                            "httpMethod": "GET",
                            "parameters": {
                                "pageSize": {"location": "query", "type": "integer", "format": "int32", "maximum": "1000"},
                                "sources": {"location": "query", "repeated": True, "type": "string", "enum": ["A"]},
                            },
                        }
                    }
                }
            },
        }
    },
}
NEW = converted(FOUND)


def test_what_comes_out_is_openapi_3() -> None:
    assert list(OpenAPIV30SpecValidator(NEW).iter_errors()) == []
    assert NEW["servers"] == [{"url": "https://people.googleapis.com"}]


def test_methods_of_inner_resources_are_paths() -> None:
    assert set(NEW["paths"]) == {"/v1/people/{peopleId}:update", "/v1/{resourceName}/connections"}
    update = NEW["paths"]["/v1/people/{peopleId}:update"]["patch"]
    assert [(one["name"], one["in"]) for one in update["parameters"]] == [("peopleId", "path")]
    assert update["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Person"}
    assert update["security"] == [{"oauth2": ["https://x.example/auth/contacts"]}]


def test_bounds_are_numbers_and_what_is_repeated_is_a_list() -> None:
    size, sources = NEW["paths"]["/v1/{resourceName}/connections"]["get"]["parameters"][1:]
    assert size["schema"]["maximum"] == 1000
    assert sources["schema"] == {"type": "array", "items": {"type": "string", "enum": ["A"]}}


def test_schemas_name_one_another_and_any_is_anything() -> None:
    person = NEW["components"]["schemas"]["Person"]["properties"]
    assert person == {"names": {"type": "array", "items": {"$ref": "#/components/schemas/Name"}}, "extra": {}}
