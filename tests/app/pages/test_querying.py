"""Saved queries: conditions become a filter and come back, what stands in braces becomes a parameter, faults go to their condition."""

from __future__ import annotations

from typing import Any

import pytest

from app.pages.querying import EITHER, EVERY, JSON, answered_with, asked_by, calling, composed, known_fields, placed, said_of, scope_of
from tests.app.pages.test_declared import declared

SAID: dict[str, Any] = {"name": "open-deals", "resource": "deals", "way": EVERY}


def condition(field: str, operator: str, value: str) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def test_conditions_become_a_filter_and_gaps_parameters() -> None:
    conditions = [condition("stage", "eq", "{stage}"), condition("tags", "in", "hot, new")]
    document = composed({**SAID, "conditions": conditions, "sort": "-created_at, name"})
    assert document["filter"] == {"and": [{"stage": {"eq": "{stage}"}}, {"tags": {"in": ["hot", "new"]}}]}
    assert (document["parameters"], document["sort"], document["fields"]) == ([{"name": "stage"}], "-created_at,name", None)


def test_a_parameter_that_was_described_is_kept_as_it_was() -> None:
    own = {"name": "least", "type": "number", "required": True}
    document = composed({**SAID, "conditions": [condition("value", "gte", "{least}")], "parameters": [own]})
    assert document["parameters"] == [own]
    assert document["filter"] == {"value": {"gte": "{least}"}}


def test_nothing_said_is_no_filter_and_json_is_taken_as_it_is() -> None:
    assert composed(SAID)["filter"] == {}
    nested = {"or": [{"stage": "won"}, {"not": {"stage": "lost"}}]}
    assert composed({**SAID, "way": JSON, "filter": nested})["filter"] == nested


@pytest.mark.parametrize(
    ("document", "way", "count"),
    [
        ({}, EVERY, 0),
        ({"stage": {"eq": "won"}, "value": {"gte": "1"}}, EVERY, 2),
        ({"stage": "won"}, EVERY, 1),
        ({"or": [{"stage": {"eq": "won"}}, {"tags": {"in": ["a", "b"]}}]}, EITHER, 2),
        ({"or": [{"stage": "won"}, {"and": []}]}, JSON, 0),
        ({"not": {"stage": "won"}}, JSON, 0),
        ({"value": {"gt": 1, "lt": 9}}, JSON, 0),
    ],
)
def test_a_filter_is_conditions_again_where_it_is_as_simple_as_that(document: dict[str, Any], way: str, count: int) -> None:
    kept: dict[str, Any] = {"name": "x", "description": None, "resource": "deals", "sort": None, "fields": None, "expand": None, "parameters": []}
    said = said_of({**kept, "filter": document})
    assert (said["way"], len(said["conditions"])) == (way, count)
    if way != JSON and count:
        again = said_of({**kept, "filter": composed(said)["filter"]})
        assert again["conditions"] == said["conditions"]


def test_a_fault_of_the_filter_stands_at_its_condition() -> None:
    said = {**SAID, "conditions": [condition("name", "eq", "x"), condition("nonsense", "eq", "y")]}
    assert placed({"/filter[nonsense][eq]": "No such field.", "/sort": "No."}, said) == {"conditions.1.field": "No such field.", "sort": "No."}
    assert placed({"/filter": "Too deep."}, said) == {"conditions": "Too deep."}
    assert placed({"/filter[x]": "No."}, {**said, "way": JSON}) == {"filter": "No."}


def test_fields_are_known_from_the_pages_and_from_what_was_declared() -> None:
    found = known_fields("deals", [declared("size")])
    assert {"name", "stage", "custom.size", "created_at"} <= set(found)
    assert "plate" in known_fields("objects/vehicle", [declared("plate", resource="objects/vehicle")])


def test_how_a_query_is_called_names_its_parameters_and_its_scope() -> None:
    stage = {"name": "stage", "type": "text", "required": True, "default": None, "description": "Which"}
    row = {"resource": "objects/vehicle", "url": "/api/v1/custom/fleet", "parameters": [stage]}
    assert scope_of(row) == "objects:read"
    assert calling(row) == "GET /api/v1/custom/fleet?stage=\nAuthorization: Bearer <objects:read>"
    assert [(field.key, field.required, field.help) for field in asked_by(row)] == [("stage", True, "Which")]
    assert answered_with({"stage": "won", "paid": True, "least": 3}) == {"stage": "won", "paid": "true", "least": "3"}
