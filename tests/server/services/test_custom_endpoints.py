"""Custom endpoints as the services offer them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Stale, Unprocessable
from server.services import custom_endpoints, object_types, records
from server.services.custom_endpoints import EndpointQuestion, NewCustomEndpoint
from server.services.object_types import NewObjectType
from server.store.records import by_noun

DEAL = by_noun()["deal"]
OPEN = {
    "name": "open-deals",
    "resource": "deals",
    "filter": {"status": "open", "stage": {"in": "{stages}"}, "probability": {"gte": "{least}"}, "name": {"ilike": "%{text}%"}},
    "sort": "name",
    "fields": "name",
    "parameters": [{"name": "stages", "type": "list"}, {"name": "least", "type": "number", "default": "10"}, {"name": "text"}],
}


def define(actor: Actor, **more: Any) -> dict[str, Any]:
    return custom_endpoints.create(actor, NewCustomEndpoint.model_validate({**OPEN, **more}))


def names(actor: Actor, *pairs: tuple[str, str], name: str = "open-deals") -> list[str]:
    return [document["name"] for document in custom_endpoints.call(actor, name, pairs)[0]]


@pytest.fixture
def deals(alice: Actor) -> Actor:
    """Return somebody whose tenant has deals."""
    for name, stage, status, probability in (("A", "s1", "open", 20), ("B", "s2", "open", 5), ("C", "s,3", "open", 50), ("D", "s1", "won", 90)):
        records.create(alice, DEAL, {"name": name, "stage": stage, "status": status, "probability": probability})
    return alice


def test_a_question_is_asked_with_what_is_given_and_conditions_without_are_left_out(deals: Actor) -> None:
    found = define(deals)
    assert (found["url"], found["version"], found["filter"]) == ("/api/v1/custom/open-deals", 1, OPEN["filter"])
    assert names(deals) == ["A", "C"]
    assert names(deals, ("least", "0")) == ["A", "B", "C"]
    assert names(deals, ("least", "0"), ("stages", "s1,s2")) == ["A", "B"]
    assert names(deals, ("text", "a")) == ["A"]
    assert custom_endpoints.call(deals, "open-deals", [])[0][0].keys() == {"id", "object", "name"}


def test_pages_go_on_by_their_cursor(deals: Actor) -> None:
    define(deals)
    first, cursor = custom_endpoints.call(deals, "open-deals", [("limit", "1")])
    second, end = custom_endpoints.call(deals, "open-deals", [("limit", "1"), ("cursor", cursor or "")])
    assert ([one["name"] for one in first + second], end) == (["A", "C"], None)
    with pytest.raises(Invalid):
        custom_endpoints.call(deals, "open-deals", [("limit", "1"), ("cursor", cursor or ""), ("least", "1")])


def test_what_a_parameter_cannot_be_is_refused_by_name(deals: Actor) -> None:
    define(deals, parameters=[*OPEN["parameters"][:2], {"name": "text", "required": True}])  # type: ignore[index]
    for pairs, pointers in (([("text", "a"), ("most", "1")], ["most"]), ([("least", "many")], ["least", "text"])):
        with pytest.raises(Invalid) as refused:
            custom_endpoints.call(deals, "open-deals", pairs)
        assert [fault.pointer for fault in refused.value.faults] == pointers


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"resource": "deal"}, "/resource"),
        ({"filter": {"nothing": 1}, "parameters": []}, "/filter[nothing]"),
        ({"filter": {"stage": "{stage}"}, "parameters": []}, "/filter"),
        ({"filter": {}, "parameters": [{"name": "stage"}]}, "/parameters"),
        ({"filter": {"stage": "{limit}"}, "parameters": [{"name": "limit"}]}, "/parameters/0/name"),
        ({"sort": "nothing"}, "/sort"),
        ({"fields": "nothing"}, "/fields"),
    ],
)
def test_a_question_that_cannot_be_asked_is_not_published(alice: Actor, more: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        define(alice, **more)
    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert custom_endpoints.list_page(alice, None, 5)[0] == []


def test_an_endpoint_is_changed_and_taken_back(deals: Actor) -> None:
    define(deals)
    with pytest.raises(Conflict):
        define(deals)
    question = EndpointQuestion.model_validate({"resource": "deals", "filter": {"status": "won"}})
    with pytest.raises(Stale):
        custom_endpoints.replace(deals, "open-deals", question, version=7)
    assert custom_endpoints.replace(deals, "open-deals", question, version=1)["version"] == 2
    assert names(deals) == ["D"]
    custom_endpoints.remove(deals, "open-deals")
    with pytest.raises(Missing):
        names(deals)


def test_defining_takes_an_admin_and_calling_takes_reading_of_the_resource(deals: Actor, bob: Actor, charlie: Actor) -> None:
    define(deals)
    with pytest.raises(Denied):
        define(bob, name="other")
    assert names(bob) == ["A", "C"]
    with pytest.raises(Denied):
        names(replace(deals, scopes=frozenset({"contacts:read"})))
    with pytest.raises(Denied):
        define(replace(deals, scopes=frozenset({"objects:write"})), name="other")
    for ask in (custom_endpoints.get, names_of):
        with pytest.raises(Missing):
            ask(charlie, "open-deals")


def names_of(actor: Actor, name: str) -> Any:
    return custom_endpoints.call(actor, name, [])


def test_a_question_may_be_about_a_type_of_the_tenants_own(alice: Actor) -> None:
    object_types.create(alice, NewObjectType.model_validate({"name": "vehicle", "fields": [{"name": "doors", "type": "number"}]}))
    vehicle = object_types.resource(alice, "vehicle")
    for doors in (3, 5):
        records.create(alice, vehicle, {"doors": doors})
    question = {
        "name": "big",
        "resource": "objects/vehicle",
        "filter": {"doors": {"gt": "{more}"}},
        "parameters": [{"name": "more", "type": "number"}],
    }
    custom_endpoints.create(alice, NewCustomEndpoint.model_validate(question))
    assert [one["doors"] for one in custom_endpoints.call(alice, "big", [("more", "4")])[0]] == [5]
