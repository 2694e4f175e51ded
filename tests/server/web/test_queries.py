"""A query string is read as its route declares it, and everything else in it is named."""

from __future__ import annotations

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
    assert pairs_of(ROUTE, "state=open&filter%5Bname%5D%5Beq%5D=a&name=&state=shut") == [
        ("state", "open"),
        ("filter[name][eq]", "a"),
        ("name", ""),
        ("state", "shut"),
    ]


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("stat=open", "unknown_parameter", "state"),
        ("state=ajar", "invalid_request", "open, shut"),
        ("name=Ada%20Lovelace", "invalid_request", "5 characters"),
        ("state=open&state=ajar", "invalid_request", "open, shut"),
    ],
)
def test_what_the_route_does_not_take_is_named(query: str, code: str, named: str) -> None:
    with pytest.raises(Invalid, match=named) as refusal:
        pairs_of(ROUTE, query)
    assert refusal.value.stable_code == code
    assert len(refusal.value.faults) == 1
