"""Operations carry the parameters that their handlers read."""

from __future__ import annotations

import inspect
from typing import Any

from server.web import table
from server.web.openapi import document

ROUTES = table.build().routes
PATHS: dict[str, Any] = document.build(ROUTES)["paths"]


def parameters(path: str, method: str) -> dict[str, dict[str, Any]]:
    """Return the parameters of an operation by name."""
    return {one["name"]: one for one in PATHS[path][method].get("parameters", [])}


def test_a_list_takes_filters_as_a_deep_object_and_names_as_a_list() -> None:
    found = parameters("/api/v1/contacts", "get")
    assert found["filter"]["style"] == "deepObject"
    assert "email" in found["filter"]["schema"]["properties"]
    assert (found["sort"]["style"], found["sort"]["explode"]) == ("form", False)
    assert "-created_at" in found["sort"]["schema"]["items"]["enum"]
    assert "company.owner" in found["expand"]["schema"]["items"]["enum"]


def test_every_name_in_a_path_is_a_parameter() -> None:
    found = parameters("/api/v1/contacts/by-external-id/{system}/{external_id}", "put")
    assert {name: one["in"] for name, one in found.items() if one["in"] == "path"} == {"system": "path", "external_id": "path"}


def test_idempotency_keys_are_described_where_they_are_honoured() -> None:
    honoured = {(route.path, route.method.lower()) for route in ROUTES if route.idempotent and route.described}
    described = {(path, method) for path, methods in PATHS.items() for method in methods if "Idempotency-Key" in parameters(path, method)}
    assert described == honoured


def test_if_match_is_described_where_the_handler_reads_it() -> None:
    # Handlers of custom objects are those of records, handed on, so their own source says nothing.
    handed_on = {route.name for route in ROUTES if route.takes_version and route.path.startswith("/api/v1/objects/{type}")}
    reads = handed_on | {route.name for route in ROUTES if "call.version()" in inspect.getsource(route.handler)}
    assert {route.name for route in ROUTES if route.takes_version} == reads
    assert {
        operation["operationId"]
        for methods in PATHS.values()
        for operation in methods.values()
        if any(one["name"] == "If-Match" for one in operation.get("parameters", []))
    } == reads | {route.name for route in ROUTES if route.compares}


def test_every_change_of_what_can_be_read_heeds_if_match() -> None:
    read = {route.path for route in ROUTES if route.conditional}
    changes = [route for route in ROUTES if route.method in {"PUT", "PATCH", "DELETE"} and route.path in read]
    assert [route.name for route in changes if not (route.takes_version or route.compares)] == []


def test_a_scope_is_named() -> None:
    assert PATHS["/api/v1/contacts"]["post"]["x-scope"] == "contacts:write"
    assert "contacts:write" in PATHS["/api/v1/contacts"]["post"]["description"]


def test_a_patch_takes_both_media_types() -> None:
    content = PATHS["/api/v1/contacts/{id}"]["patch"]["requestBody"]["content"]
    assert set(content) == {"application/json", "application/merge-patch+json"}


def test_a_file_of_any_type_has_a_media_type_that_clients_can_send() -> None:
    content = PATHS["/api/v1/documents/{id}/content"]["put"]["requestBody"]["content"]
    assert list(content) == ["application/octet-stream", "*/*"]
