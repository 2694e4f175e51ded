"""Forms against the appliance's own description: whatever the API takes for a thing can be entered in the console."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.pages.inbound import SOURCES
from app.pages.keys import CLIENTS, KEYS
from app.pages.specs import ListView
from app.pages.tenants import TENANTS
from app.pages.tiers import TIERS
from app.pages.users import USERS
from app.pages.webhook_form import FIELDS, NEW
from app.pages.webhooks import ENDPOINTS
from tests.app.operations import ACTIONS, shape

DOCUMENT = json.loads(Path("resources/openapi.json").read_text(encoding="utf-8"))
# What a form leaves to something else.
ELSEWHERE = {
    "/webhooks/{id}": {"active"},  # enabling and disabling are acts of their own, that say what they hold
    "/inbound/sources/{id}": {"active"},
    "/admin/v1/users/{id}": {"status"},
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without a reference at its top."""
    while "$ref" in schema:
        found: dict[str, Any] = DOCUMENT
        for step in schema["$ref"].split("/")[1:]:
            found = found[step]
        schema = found
    return schema


def taken(method: str, path: str) -> set[str]:
    """Return the members of the body that an operation takes."""
    operation = DOCUMENT["paths"][path if path.startswith("/admin") else f"/api/v1{path}"][method.lower()]
    bodies = operation["requestBody"]["content"]
    schema = next(one["schema"] for kind, one in bodies.items() if "merge-patch" not in kind)
    return set(resolved(schema)["properties"])


@pytest.mark.parametrize("view", [ENDPOINTS, KEYS, CLIENTS, SOURCES, USERS, TENANTS, TIERS], ids=lambda view: view.label)
def test_every_member_of_a_body_has_a_field(view: ListView) -> None:
    missing: dict[str, set[str]] = {}
    for action in (view.create, *(action for action in view.actions if action.key == "edit")):
        assert action is not None
        path = action.path.replace("{new_name}", "{name}")
        asked = {field.key.split(".")[0] for field in action.fields} | ({"name"} if action.method == "PUT" else set())
        missing[action.key] = taken(action.method, path) - asked - ELSEWHERE.get(path, set())
    assert list(missing.values()) == [set(), set()]


def alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that a schema allows."""
    found = resolved(schema)
    inner = [one for part in (*found.get("anyOf", ()), *found.get("oneOf", ())) for one in alternatives(part)]
    return [*inner, *([found] if "properties" in found else [])]


@pytest.mark.parametrize("member", ["template", "rate_limit", "ordering", "authentication", "egress_proxy"])
def test_every_member_of_a_choice_that_is_an_object_has_a_field(member: str) -> None:
    schema = resolved(DOCUMENT["paths"]["/api/v1/webhooks"]["post"]["requestBody"]["content"]["application/json"]["schema"])
    wanted = {f"{member}.{name}" for one in alternatives(schema["properties"][member]) for name in one["properties"]}
    assert wanted
    assert wanted - {field.key for field in FIELDS} == set()


@pytest.mark.parametrize("key", ["format", "delivery_mode", "rate_limit.period", "ordering.policy", "authentication.type"])
def test_every_word_that_the_api_knows_can_be_chosen(key: str) -> None:
    schema = resolved(DOCUMENT["paths"]["/api/v1/webhooks"]["post"]["requestBody"]["content"]["application/json"]["schema"])
    outer, _, inner = key.partition(".")
    members = [one["properties"][inner] for one in alternatives(schema["properties"][outer])] if inner else [schema["properties"][outer]]
    words = {word for member in map(resolved, members) for word in (*member.get("enum", ()), *([member["const"]] if "const" in member else []))}
    field = next(field for field in NEW if field.key == key)
    assert words
    assert words - set(field.choices) == set()


# What a kind of field makes of what was entered, in JSON's words; every other kind makes a text.
MAKES = {
    "switch": {"boolean"},
    "number": {"integer", "number"},
    **{kind: {"array"} for kind in ("certificates", "lines", "many", "names", "numbers", "rows")},
    **{kind: {"object"} for kind in ("json", "pairs")},
}


def allowed(schema: dict[str, Any]) -> set[str]:
    """Return the types of value that a schema allows."""
    found = resolved(schema)
    own = found.get("type", ())
    return {own} if isinstance(own, str) else {*own}.union(*(allowed(part) for part in (*found.get("anyOf", ()), *found.get("oneOf", ()))))


def members(schema: dict[str, Any], steps: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield what lies behind these steps in the objects that a schema allows."""
    for one in alternatives(schema):
        if steps[0] in one["properties"]:
            inner = one["properties"][steps[0]]
            yield from members(inner, steps[1:]) if steps[1:] else (inner,)


def test_a_field_gives_the_type_of_value_that_the_api_takes() -> None:
    operations = {f"{method.upper()} {shape(path)}": one for path, methods in DOCUMENT["paths"].items() for method, one in methods.items()}
    compared = 0
    for _, action in ACTIONS:
        path = action.path if action.path.startswith("/admin") else f"/api/v1{action.path}"
        bodies = operations.get(f"{action.method} {shape(path)}", {}).get("requestBody", {}).get("content", {})
        for field in action.fields if bodies else ():
            found = list(members(next(iter(bodies.values()))["schema"], field.key.split(".")))
            compared += len(found)
            assert all(MAKES.get(field.kind, {"string"}) & allowed(one) for one in found), (path, field.key, field.kind)
    assert compared > 400
