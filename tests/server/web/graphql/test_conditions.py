"""Filters as GraphQL input say the same as the parameters of a list."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInputObjectType

from server.domain.errors import Invalid
from server.domain.filters import MOST_CONDITIONS, parse_query
from server.store.records import by_noun
from server.web.graphql.conditions import CONDITIONS, Filters, query_of


@pytest.mark.parametrize(
    ("given", "parameters"),
    [
        ({}, []),
        ({"email": {"eq": "a@b.c"}}, [("filter[email][eq]", "a@b.c")]),
        ({"email": {"in": ["a,b", "c\\"]}}, [("filter[email][in]", "a\\,b,c\\\\")]),
        ({"email": {"null": True}}, [("filter[email][null]", "true")]),
        ({"version": {"gte": 2.0, "lt": 2.5}}, [("filter[version][gte]", "2"), ("filter[version][lt]", "2.5")]),
        ({"deleted": True}, [("filter[deleted]", "true")]),
        ({"company": {"name": {"ilike": "a%"}}}, [("filter[company.name][ilike]", "a%")]),
        ({"search": "ada ber", "company": {"search": "acme"}}, [("filter[search]", "ada ber"), ("filter[company.search][eq]", "acme")]),
        ({"custom": [{"field": "colour", "eq": "red"}]}, [("filter[custom.colour][eq]", "red")]),
        ({"not": {"tags": {"in": ["x"]}}}, [("filter[not][tags][in]", "x")]),
        (
            {"or": [{"a": {"eq": "1"}}, {"and": [{"b": {"eq": "2"}}, {"not": {"c": {"eq": "3"}}}]}]},
            [("filter[or][0][a][eq]", "1"), ("filter[or][1][and][0][b][eq]", "2"), ("filter[or][1][and][1][not][c][eq]", "3")],
        ),
    ],
)
def test_a_filter_becomes_its_parameters(given: dict[str, Any], parameters: list[tuple[str, str]]) -> None:
    assert query_of({"first": 20, "filter": given}) == parse_query([("limit", "20"), *parameters])


def test_pages_and_orders_become_theirs() -> None:
    wanted = parse_query([("limit", "5"), ("cursor", "abc"), ("sort", "-name")])
    assert query_of({"first": 5, "after": "abc", "sort": "-name", "filter": None}) == wanted


@pytest.mark.parametrize(
    "given",
    [{"email": None}, {"email": {"eq": None}}, {"email": {"in": []}}, {"custom": [{"field": "x", "eq": None}]}, {"company": {"name": {"eq": None}}}],
)
def test_what_asks_for_nothing_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        query_of({"first": 20, "filter": given})
    assert refused.value.faults[0].pointer.startswith("filter[")


def test_the_limits_of_lists_hold() -> None:
    deep: dict[str, Any] = {"a": {"eq": "1"}}
    for _ in range(6):
        deep = {"not": deep}
    for given in (deep, {"or": [{"a": {"eq": "1"}}] * (MOST_CONDITIONS + 1)}):
        with pytest.raises(Invalid):
            query_of({"first": 20, "filter": given})


def test_a_filter_has_every_field_that_can_be_compared_and_one_step_through_references() -> None:
    found = Filters().of(by_noun()["contact"], "Contact")
    assert {"email", "company_id", "company", "tags", "created_at", "deleted", "search", "and", "or", "not", "custom", "id"} <= set(found.fields)
    assert "address" not in found.fields
    beyond = found.fields["company"].type
    assert isinstance(beyond, GraphQLInputObjectType)
    assert {"name", "search"} <= set(beyond.fields)
    assert not {"and", "or", "not", "custom"} & set(beyond.fields)
    assert set(CONDITIONS["boolean"].fields) == {"eq", "ne", "null"}
