"""A Swagger 2 document says the same as OpenAPI 3 once it is converted."""

from __future__ import annotations

from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator

from connectors.sdk.drafts.swagger import converted

OLD: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Acme", "version": "1"},
    "host": "api.acme.example",
    "basePath": "/v1",
    "schemes": ["http", "https"],
    "parameters": {"size": {"name": "limit", "in": "query", "type": "integer", "maximum": 50}},
    "responses": {"gone": {"description": "", "schema": {"$ref": "#/definitions/Error"}}},
    "definitions": {"Contact": {"type": "object", "properties": {"id": {"type": "string"}, "photo": {"type": "file"}}}, "Error": {"type": "object"}},
    "securityDefinitions": {
        "plain": {"type": "basic"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "login": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a.example/x", "tokenUrl": "https://a.example/t", "scopes": {}},
    },
    "paths": {
        "/contacts": {
            "get": {
                "parameters": [
                    {"$ref": "#/parameters/size"},
                    {"name": "ids", "in": "query", "type": "array", "collectionFormat": "csv", "items": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/Contact"}},
                        "headers": {"Link": {"type": "string"}},
                    },
                    "404": {"$ref": "#/responses/gone"},
                    "410": {"description": "", "schema": {"type": "object", "required": ["reason"]}},
                },
            },
            "post": {
                "parameters": [{"name": "body", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Contact"}}],
                "responses": {"201": {"description": ""}},
            },
        },
        "/contacts/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
            "post": {
                "consumes": ["application/x-www-form-urlencoded"],
                "parameters": [{"name": "name", "in": "formData", "required": True, "type": "string"}],
                "responses": {"200": {"description": ""}},
            },
        },
    },
}
NEW = converted(OLD)


def test_what_comes_out_is_openapi_3() -> None:
    assert list(OpenAPIV30SpecValidator(NEW).iter_errors()) == []


def test_the_address_is_the_safe_one() -> None:
    assert NEW["servers"] == [{"url": "https://api.acme.example/v1"}]
    assert converted({"swagger": "2.0", "paths": {}})["servers"] == [{"url": "/"}]


def test_references_lead_to_where_things_are_now() -> None:
    get = NEW["paths"]["/contacts"]["get"]
    assert get["parameters"][0] == {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}}
    assert get["parameters"][1]["explode"] is False
    assert get["responses"]["200"]["content"]["application/json"]["schema"]["items"] == {"$ref": "#/components/schemas/Contact"}
    assert get["responses"]["404"] == {"$ref": "#/components/responses/gone"}
    assert "Link" in get["responses"]["200"]["headers"]


def test_bodies_and_forms_are_bodies() -> None:
    assert NEW["paths"]["/contacts"]["post"]["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Contact"}
    form = NEW["paths"]["/contacts/{id}"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert (form["properties"], form["required"]) == ({"name": {"type": "string"}}, ["name"])
    assert NEW["components"]["schemas"]["Contact"]["properties"]["photo"] == {"type": "string", "format": "binary"}


def test_ways_to_authenticate_are_called_as_they_are_now() -> None:
    schemes = NEW["components"]["securitySchemes"]
    assert schemes["plain"] == {"type": "http", "scheme": "basic"}
    assert schemes["key"]["name"] == "X-Key"
    assert schemes["login"]["flows"]["authorizationCode"]["tokenUrl"] == "https://a.example/t"
