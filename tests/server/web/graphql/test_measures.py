"""Hostile questions are refused before they cost anything, and what a question costs is known before it runs."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from graphql import GraphQLSchema, GraphQLSyntaxError, OperationDefinitionNode, parse, print_ast
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from server.domain.actor import Actor
from server.web.graphql import measures, schema
from server.web.graphql.measures import Limits, TooMuch, check_text, measure
from tests.pace import quickest
from tests.server.web.graphql import asking
from tests.server.web.graphql.asking import asked, codes

ROOMY = Limits(depth=30, aliases=1000, cost=10**9)
SCHEMA: GraphQLSchema = schema.build(())


def cost(text: str, variables: dict[str, Any] | None = None) -> int:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return measure(SCHEMA, document, operation, variables or {}, ROOMY)


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("{__typename}", 1),
        ('{contact(id: "x") {id}}', 1),
        ('{contact(id: "x") {company {owner {name}}}}', 3),
        ("{contacts {nodes {id}}}", 20),
        ("{contacts(first: 7) {nodes {id} edges {cursor node {id}} pageInfo {endCursor}}}", 7),
        ("{contacts(first: 10) {nodes {company {name} deals(first: 5) {nodes {contact {id}}}}}}", 10 + 10 + 10 * 5 * 2),
        ("{contacts(first: 10) {nodes {address {city}}}}", 10),
        ("{a: contacts(first: 3) {nodes {id}} b: contacts(first: 4) {nodes {id}}}", 7),
        ("query ($n: Int) {contacts(first: $n) {nodes {id}}}", 200),
        ("query ($n: Int = 9999) {contacts(first: $n) {nodes {id}}}", 200),
        ("{contacts(first: 99999999999999999999) {nodes {id}}}", 200),
        ("{contacts(first: -5) {nodes {id}}}", 1),
        ("{...F} fragment F on Query {contacts(first: 4) {...G}} fragment G on ContactConnection {nodes {company {id}}}", 8),
        ("{... on Query {contacts(first: 4) {nodes {id}}}}", 4),
        ('mutation {delete_contact(id: "x") {id}}', measures.MUTATION),
        ("{__schema {types {name}}}", measures.INTROSPECTION),
        ('{a: __type(name: "Contact") {name} b: __type(name: "Deal") {name}}', 2 * measures.INTROSPECTION),
        ("{no_such_field(first: 100) {nodes {id}}}", 1),
        ('{search(query: "x") {record {id}}}', 40),
    ],
)
def test_a_question_costs_the_records_it_may_read(text: str, records: int) -> None:
    assert cost(text) == records


def test_a_variable_counts_as_what_it_is() -> None:
    text = "query ($n: Int) {contacts(first: $n) {nodes {id}}}"
    assert [cost(text, {"n": n}) for n in (5, 0, -3, 10**9, "5", True)] == [5, 1, 1, 200, 200, 1]


def spread(levels: int) -> str:
    """Return a question whose fragments double at every level."""
    fragments = " ".join(f"fragment F{n} on Query {{...F{n + 1} ...F{n + 1}}}" for n in range(levels))
    return f"{{...F0}} {fragments} fragment F{levels} on Query {{contacts {{nodes {{id}}}}}}"


HOSTILE = {
    "deep brackets": ("{" * 5000, "graphql_too_deep"),
    "deep lists": ("{contacts(filter: {first_name: {in: " + "[" * 5000, "graphql_too_deep"),
    "deep fields": ('{contact(id: "x") ' + "{company {contacts {nodes " * 14 + "{id}" + "}}}" * 14 + "}", "graphql_too_deep"),
    "many tokens": ("{" + "a " * 6000 + "}", "graphql_too_large"),
    "many fields": ("{" + "__typename " * 1500 + "}", "graphql_too_large"),
    "many aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(200)) + "}", "graphql_too_many_aliases"),
    "many costly aliases": ("{" + " ".join(f"a{n}: contacts(first: 200) {{nodes {{id}}}}" for n in range(49)) + "}", "graphql_too_costly"),
    "wide pages inside pages": ("{contacts(first: 200) {nodes {deals(first: 200) {nodes {id}}}}}", "graphql_too_costly"),
    "fragments that double": (spread(40), "graphql_too_large"),
    "a fragment in itself": ("{...A} fragment A on Query {...A}", "graphql_invalid"),
    "fragments in a circle": ("{...A} fragment A on Query {...B} fragment B on Query {x: __typename ...A}", "graphql_invalid"),
    "schema over and over": ("{" + " ".join(f"a{n}: __schema {{types {{name}}}}" for n in range(20)) + "}", "graphql_too_costly"),
    "schema inside schema": ("{__schema {types {" + "fields {type {" * 7 + "name" + "}}" * 7 + "}}}", "graphql_invalid"),
    "a broken text": ("{contacts(", "graphql_syntax"),
    "no operation": ("fragment A on Query {id}", "graphql_invalid"),
    "an unknown directive": ("{__typename @nosuch}", "graphql_invalid"),
    "a NUL character": ('mutation {create_contact(input: {first_name: "a\\u0000b"}) {id}}', "malformed_value"),
    "half a character": ('mutation {create_contact(input: {first_name: "a\\ud800"}) {id}}', "graphql_syntax"),
    "a huge number": ("mutation {create_contact(input: {custom: {a: 99999999999999999999999}}) {id}}", "number_too_large"),
    "an infinite number": ("mutation {create_contact(input: {custom: {a: 1e999}}) {id}}", "number_too_large"),
    "a subscription": ("subscription {contacts {nodes {id}}}", "graphql_invalid"),
    "many fields of one name": ("{" + "__typename " * 900 + "}", "graphql_invalid"),
    "many directives": ("{__typename " + "@skip(if: false) " * 600 + "}", "graphql_invalid"),
    "many variables": ("query (" + " ".join(f"$v{n}: Int" for n in range(1000)) + ") {__typename}", "graphql_invalid"),
}


@pytest.mark.criterion("api-26")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_question_is_refused_quickly(alice: Actor, name: str) -> None:
    text, code = HOSTILE[name]
    assert quickest(lambda: asked(alice, text), 5, clock=time.thread_time) < 5
    found = asked(alice, text)
    assert set(codes(found)) == {code}
    assert "data" not in found


def test_limits_are_as_they_are_set(alice: Actor) -> None:
    text = "{a: contacts(first: 2) {nodes {company {name}}}}"
    for limits, code in (
        (Limits(3, 50, 5000), "graphql_too_deep"),
        (Limits(12, 0, 5000), "graphql_too_many_aliases"),
        (Limits(12, 50, 3), "graphql_too_costly"),
    ):
        assert codes(asked(alice, text, limits=limits)) == [code]
    assert asked(alice, text, limits=Limits(4, 1, 4)) == {"data": {"a": {"nodes": []}}}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_question_or_refused(text: str) -> None:
    with suppress(TooMuch, GraphQLSyntaxError):
        check_text(text)


@settings(max_examples=40, deadline=None)
@given(queries(SCHEMA))
def test_any_valid_question_has_a_cost_and_printing_it_changes_none(text: str) -> None:
    with suppress(TooMuch):
        assert cost(text) == cost(print_ast(parse(text))) >= 1


@settings(max_examples=40, deadline=None)
@given(first=st.integers(1, 200), inner=st.integers(1, 200))
def test_a_page_in_a_page_costs_their_product(first: int, inner: int) -> None:
    assert cost(f"{{contacts(first: {first}) {{nodes {{deals(first: {inner}) {{nodes {{id}}}}}}}}}}") == first + first * inner
    assert cost(f"{{contacts(last: {first}) {{nodes {{id}}}}}}") == first
    assert asking.LIMITS.cost < 200 * 200
