"""Questions as JSON and as query strings are the same questions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid
from server.domain.filters import parse_query
from server.domain.questions import pairs_of, question_of


def test_an_object_asks_what_its_query_string_asks() -> None:
    question = {
        "filter": {
            "stage": {"eq": "won", "ne": "lost"},
            "status": "open",
            "probability": {"between": [1, 2.5]},
            "done": False,
            "closed_at": None,
            "or": [{"value": {"gt": 100}}, {"tags": ["hot, or not", "new"]}],
            "not": {"company.name": {"null": True}},
        },
        "sort": ["-created_at", "name"],
        "fields": "id,name",
        "expand": None,
    }
    pairs = pairs_of(question)
    assert question_of(pairs) == (
        "filter[stage][eq]=won&filter[stage][ne]=lost&filter[status]=open&filter[probability][between]=1,2.5&filter[done]=false"
        "&filter[closed_at][null]=true&filter[or][0][value][gt]=100&filter[or][1][tags][in]=hot\\, or not,new&filter[not][company.name][null]=true"
        "&sort=-created_at,name&fields=id,name"
    )
    assert parse_query(pairs).fields == ("id", "name")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1, max_size=5))
def test_a_listed_value_keeps_its_commas_and_backslashes(values: list[str]) -> None:
    found: Any = parse_query(pairs_of({"filter": {"tags": {"in": values}}})).filter
    assert found.value == tuple(values)


@pytest.mark.parametrize("value", [{"a": [{"b": 1}]}, {"a": [[1]]}])
def test_what_no_query_string_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(Invalid):
        pairs_of({"filter": value})


def test_an_endless_nest_is_refused() -> None:
    value: dict[str, Any] = {"a": 1}
    for _ in range(20):
        value = {"not": value}
    with pytest.raises(Invalid) as refused:
        pairs_of({"filter": value})
    assert refused.value.stable_code == "filter_too_deep"
