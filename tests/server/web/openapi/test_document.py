"""The document is valid OpenAPI 3.1, says everything about every route, and equals the file that is shipped."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from server.domain import keys
from server.domain.actor import Mode
from server.web import table
from server.web.openapi import document
from tests.house import source

ROUTES = table.build().routes
DOCUMENT: dict[str, Any] = json.loads(document.render(ROUTES))
OPERATIONS = {
    operation["operationId"]: (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
}
# Routes that are not in the document, and why.
OWN = {"native", "signed"}
UNDESCRIBED = (
    {route.name: "the metadata of its own protocol describes it (RFC 8414)" for route in ROUTES if route.protocol not in OWN}
    | {route.name: "a page for people" for route in ROUTES if route.path.startswith(("/account/", "/connect/"))}
    | {route.name: "another spelling of what is described" for route in ROUTES if not route.described}
)


@pytest.mark.criterion("api-1")
def test_it_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


@pytest.mark.criterion("api-1")
def test_every_route_is_in_it() -> None:
    served = {(route.path, route.method.lower()) for route in ROUTES if route.name not in UNDESCRIBED}
    assert served ^ {(path, method) for path, method, _ in OPERATIONS.values()} == set()
    assert [name for name in UNDESCRIBED if name not in {route.name for route in ROUTES}] == []


@pytest.mark.criterion("api-10")
@pytest.mark.parametrize("kind", ["key", "opr", "oat", "ort", "ocs"])
@pytest.mark.parametrize("mode", ["live", "test"])
def test_it_publishes_what_scanners_find_leaked_secrets_by(mode: Mode, kind: keys.KeyKind) -> None:
    published = re.search(r"`(jct_[^`]+)`", DOCUMENT["components"]["securitySchemes"]["bearer"]["description"])
    assert published is not None
    text = keys.mint(mode, kind)
    assert re.findall(published[1], f'token = "{text}" # and more') == [text]
    assert not re.search(published[1], text[:-1])


def test_the_shipped_file_is_this_document() -> None:
    shipped = source.ROOT / "resources" / "openapi.json"
    assert shipped.read_bytes() == document.render(ROUTES, indented=True), "run: junction openapi > resources/openapi.json"


@pytest.mark.criterion("api-1")
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_who_may_call_it_and_what_comes_back(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert operation["tags"]
    assert "security" in operation
    assert operation["summary"]
    answers = operation["responses"]
    good = [answer for status, answer in answers.items() if status.startswith("2")]
    assert good
    assert all("content" in answer or status == "204" for status, answer in answers.items() if status.startswith("2"))
    assert {"400", "429", "500", "503"} <= set(answers)
    assert not operation["security"] or {"401", "403", "404"} <= set(answers)


@pytest.mark.criterion("api-1")
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_an_example(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    bodies = [content for content in operation.get("requestBody", {}).get("content", {}).values() if content["schema"].get("format") != "binary"]
    assert all("example" in content for content in bodies)
    answers = [content for answer in operation["responses"].values() for content in answer.get("content", {}).values()]
    parameters = operation.get("parameters", [])
    assert (
        any("example" in one for one in (*bodies, *answers, *parameters)) or name in {"get_openapi", "figures", "export_suppressions"} or not answers
    )


def test_every_operation_has_a_name_of_its_own() -> None:
    assert len(OPERATIONS) == sum(len(methods) for methods in DOCUMENT["paths"].values())


def test_every_reference_leads_somewhere_and_nothing_is_left_over() -> None:
    text = json.dumps(DOCUMENT)
    used = set(re.findall(r'"#/components/(\w+)/([\w-]+)"', text))
    there = {(kind, name) for kind in ("schemas", "responses", "headers") for name in DOCUMENT["components"][kind]}
    assert used - there == set()
    assert there - used == set()


def test_components_have_plain_names() -> None:
    assert [name for name in DOCUMENT["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []


def test_only_what_is_open_to_anyone_needs_no_credential() -> None:
    unlocked = {name for name, (_, _, operation) in OPERATIONS.items() if not operation["security"]}
    assert unlocked == {route.name for route in ROUTES if route.access == "anyone" and route.described}
