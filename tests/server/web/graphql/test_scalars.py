"""Scalars take what they stand for and leave the judging to the services."""

from __future__ import annotations

import pytest
from graphql import GraphQLError, parse_value

from server.web.graphql.scalars import DATE, DATE_TIME, DECIMAL, JSON


@pytest.mark.parametrize("scalar", [DATE_TIME, DATE, DECIMAL])
def test_texts_pass_and_nothing_else_does(scalar: type[object]) -> None:
    assert scalar.parse_value("anything") == "anything"  # type: ignore[attr-defined]
    others: list[object] = [1, True, ["x"], {}]
    for other in others:
        with pytest.raises(GraphQLError):
            scalar.parse_value(other)  # type: ignore[attr-defined]


def test_free_json_is_read_from_the_text_as_from_variables() -> None:
    assert JSON.parse_value({"a": [1, None]}) == {"a": [1, None]}
    assert JSON.parse_literal(parse_value('{a: [1, 2.5, "x", true, null], b: {c: RED}}')) == {"a": [1, 2.5, "x", True, None], "b": {"c": "RED"}}
