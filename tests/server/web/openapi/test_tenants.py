"""The document of a tenant has what the tenant defined, and stays valid."""

from __future__ import annotations

import time
from copy import deepcopy
from functools import cache
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from server.web.openapi import document, tenants
from server.web.openapi.tenants import Own
from tests.api.routes import all_routes
from tests.pace import quickest, seconds


@cache
def everybodys() -> dict[str, Any]:
    return document.build(all_routes())


ENDPOINT = {
    "name": "large-deals",
    "resource": "deals",
    "description": "The large ones.",
    "parameters": [{"name": "least", "type": "number", "required": True, "description": None}],
}
OWN = Own(
    {"contacts": (("size", "choice", True, '["S", "M"]'), ("note", "text", False, None))},
    {"vehicle": (("plate", "text", True, None), ("doors", "number", False, None)), "contact": (("since", "date", False, None),)},
    (ENDPOINT, {**ENDPOINT, "name": "cars", "resource": "objects/vehicle", "parameters": []}),
)


def test_types_fields_and_endpoints_are_spelled_out_in_a_valid_document() -> None:
    before = deepcopy(everybodys())
    found = tenants.build(everybodys(), OWN)
    assert list(OpenAPIV31SpecValidator(found).iter_errors()) == []
    assert everybodys() == before
    schemas, paths = found["components"]["schemas"], found["paths"]
    assert set(schemas["VehicleWrite"]["properties"]) >= {"plate", "doors", "tags"}
    assert schemas["VehicleWrite"]["required"] == ["plate"]
    assert set(paths["/api/v1/objects/vehicle/{id}"]) == {"get", "patch", "put", "delete"}
    assert schemas["Contact"]["properties"]["custom"] == {"$ref": "#/components/schemas/ContactCustom"}
    assert schemas["ContactCustom"]["properties"]["size"] == {"enum": ["S", "M"]}
    assert schemas["ContactCustom"]["required"] == ["size"]
    called = paths["/api/v1/custom/large-deals"]["get"]
    assert [(one["name"], one.get("required", False)) for one in called["parameters"]] == [("least", True), ("limit", False), ("cursor", False)]
    ids = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_a_type_named_like_a_resource_does_not_change_the_resource() -> None:
    found = tenants.build(everybodys(), Own({}, OWN.types, ()))
    schemas = found["components"]["schemas"]
    assert schemas["Contact"] == everybodys()["components"]["schemas"]["Contact"]
    answer = found["paths"]["/api/v1/objects/contact/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert "since" in schemas[answer["$ref"].rpartition("/")[2]]["properties"]


def test_who_defined_nothing_has_the_document_of_everybody() -> None:
    found = tenants.build(everybodys(), Own({}, {}, ()))
    assert found["paths"] == everybodys()["paths"]
    assert found["components"] == everybodys()["components"]


def test_a_hundred_types_of_fifty_fields_take_less_than_the_document_of_everybody() -> None:
    kinds = ("text", "number", "boolean", "date")
    fields = tuple((f"field_{number}", kinds[number % 4], number == 0, None) for number in range(50))
    own = Own({}, {f"kind_{number}": fields for number in range(100)}, ())
    tenants.build(everybodys(), Own({}, {"kind": fields}, ()))
    most = seconds(lambda: document.build(all_routes()), time.thread_time)
    assert quickest(lambda: tenants.build(everybodys(), own), most, clock=time.thread_time) < most


def test_types_whose_models_have_one_name_have_schemas_of_their_own() -> None:
    found = tenants.build(everybodys(), Own({}, {name: ((f"of_{name}", "text", False, None),) for name in ("a1", "a_1", "a__1")}, ()))
    assert list(OpenAPIV31SpecValidator(found).iter_errors()) == []
    for name in ("a1", "a_1", "a__1"):
        body = found["paths"][f"/api/v1/objects/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert f"of_{name}" in found["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"]
