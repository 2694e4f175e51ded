"""A query string is read as its route declares it, and everything else in it is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.errors import Invalid
from server.web.queries import pairs_of
from server.web.routes import Parameter, Route, Runs

ROUTE = Route(
    "GET",
    "/api/v1/things",
    lambda _call: None,
    "list_things",
    "List things",
    "Things",
    runs=Runs.READ,
    query=(
        Parameter("state", {"type": "string", "enum": ["open", "shut"]}, "Only these."),
        Parameter("name", {"type": "string", "maxLength": 5}, "Of this name."),
        Parameter("filter", {"type": "object"}, "What to find."),
    ),
)


def test_what_is_declared_is_returned_in_order() -> None:
    assert pairs_of(ROUTE, "state=open&filter%5Bname%5D%5Beq%5D=a&name=") == [("state", "open"), ("filter[name][eq]", "a"), ("name", "")]


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("stat=open", "unknown_parameter", "state"),
        ("state=ajar", "invalid_request", "open, shut"),
        ("name=Ada%20Lovelace", "invalid_request", "5 characters"),
        ("state=open&state=open", "repeated_parameter", "'state' is there twice"),
        ("state=open&name=a&state=shut", "repeated_parameter", "'state' is there twice"),
    ],
)
def test_what_the_route_does_not_take_is_named(query: str, code: str, named: str) -> None:
    with pytest.raises(Invalid, match=named) as refusal:
        pairs_of(ROUTE, query)
    assert refusal.value.stable_code == code
    assert len(refusal.value.faults) == 1


def test_what_others_name_is_there_once_too_unless_a_protocol_says_otherwise() -> None:
    with pytest.raises(Invalid, match="'stage' is there twice"):
        pairs_of(replace(ROUTE, any_query=True), "stage=won&stage=lost&color=red")
    protocol = replace(ROUTE, any_query=True, described=False)
    assert pairs_of(protocol, "state=ajar&state=b") == [("state", "ajar"), ("state", "b")]
