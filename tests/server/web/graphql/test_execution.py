"""Questions and their answers in GraphQL's form, and what a fault of ours may say."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Later
from server.services import records
from server.web.graphql import execution
from server.web.graphql.execution import Prepared, Question
from tests.server.web.graphql import asking
from tests.server.web.graphql.asking import LIMITS, asked, codes

TWO = "query One {contacts {nodes {id}}} query Two {deals {nodes {id}}}"


def test_the_operation_to_run_is_chosen_by_its_name(alice: Actor) -> None:
    assert asked(alice, TWO, name="Two") == {"data": {"deals": {"nodes": []}}}
    for name in (None, "Three"):
        assert codes(asked(alice, TWO, name=name)) == ["graphql_invalid"]


def test_variables_are_checked_against_their_types(alice: Actor) -> None:
    question = "query ($first: Int!) {contacts(first: $first) {nodes {id}}}"
    assert asking.given(alice, question, {"first": 3, "unused": 1}) == {"contacts": {"nodes": []}}
    for variables in ({}, {"first": "three"}, {"first": None}, {"first": 2**40}):
        assert codes(asked(alice, question, variables)) == ["graphql_invalid"]


def test_introspection_can_be_switched_off(alice: Actor) -> None:
    for question in ("{__schema {queryType {name}}}", '{__type(name: "Contact") {name}}'):
        assert "errors" not in asked(alice, question)
        assert set(codes(asked(alice, question, introspection=False))) == {"graphql_invalid"}
    assert asked(alice, "{contacts {__typename}}", introspection=False) == {"data": {"contacts": {"__typename": "ContactConnection"}}}


def test_what_is_prepared_knows_its_cost_and_what_that_counts(alice: Actor) -> None:
    found = execution.prepare(alice, Question("{contacts(first: 150) {nodes {id}}}", None, {}), LIMITS, introspection=True)
    assert isinstance(found, Prepared)
    assert (found.cost, execution.units(found.cost)) == (150, 2)
    assert [execution.units(cost) for cost in (1, 100, 101, 5000)] == [1, 1, 2, 50]


def test_a_fault_of_ours_is_logged_and_says_nothing(alice: Actor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(records, "list_edges", fail)
    found = asked(alice, "{contacts {nodes {id}} deals {nodes {id}}}")
    assert found["data"] == {"contacts": None, "deals": None}
    assert codes(found) == ["internal_error", "internal_error"]
    assert "secret detail" not in str(found)


def test_a_database_that_is_away_says_when_to_come_back(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise Later("Busy.", code="database_busy", retry_after=3)

    monkeypatch.setattr(records, "list_edges", fail)
    (error,) = asked(alice, "{contacts {nodes {id}}}")["errors"]
    assert (error["message"], error["extensions"]) == ("Busy.", {"code": "database_busy", "status": 503, "retry_after": 3})


def test_errors_are_not_repeated_for_every_record(alice: Actor) -> None:
    for number in range(120):
        asking.made(alice, "contact", first_name=str(number), company_id=None)
    narrow = Actor(alice.kind, alice.id, alice.tenant_id, "live", frozenset({"contacts:read"}), "owner")
    found = asked(narrow, "{contacts(first: 120) {nodes {company {name}}}}")
    assert len(found["data"]["contacts"]["nodes"]) == 120
    assert len(found["errors"]) == 100
