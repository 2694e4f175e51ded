"""A configuration is judged by its schema: all that is wrong, each with the field."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk.schema import check

SCHEMA = {
    "type": "object",
    "required": ["key"],
    "properties": {
        "key": {"type": "string", "title": "API key", "pattern": "[a-f0-9]{4}", "writeOnly": True},
        "size": {"type": "integer", "minimum": 1, "maximum": 10},
        "site": {"type": "string", "format": "uri"},
        "mail": {"type": "string", "format": "email"},
        "host": {"type": "string", "format": "hostname"},
        "way": {"type": "string", "enum": ["a", "b"]},
        "list": {"type": "array", "maxLength": 2},
        "on": {"type": "boolean"},
    },
}


def test_a_good_configuration_has_no_problem() -> None:
    assert (
        check(SCHEMA, {"key": "12ab", "size": 10, "site": "https://x.example/", "mail": "a@b.c", "host": "x.example", "way": "a", "on": True}) == []
    )


@pytest.mark.parametrize(
    ("config", "field", "code"),
    [
        ({}, "key", "required"),
        ({"key": ""}, "key", "required"),
        ({"key": "xyz"}, "key", "wrong_form"),
        ({"key": 7}, "key", "wrong_type"),
        ({"key": "12ab", "size": 11}, "size", "out_of_range"),
        ({"key": "12ab", "size": True}, "size", "wrong_type"),
        ({"key": "12ab", "site": "ftp://x"}, "site", "wrong_format"),
        ({"key": "12ab", "mail": "ab"}, "mail", "wrong_format"),
        ({"key": "12ab", "host": "a b"}, "host", "wrong_format"),
        ({"key": "12ab", "way": "c"}, "way", "not_a_choice"),
        ({"key": "12ab", "list": [1, 2, 3]}, "list", "wrong_length"),
        ({"key": "12ab", "nothing": 1}, "nothing", "unknown_field"),
    ],
)
def test_each_fault_has_its_code(config: dict[str, Any], field: str, code: str) -> None:
    assert [(problem.field, problem.code) for problem in check(SCHEMA, config)] == [(field, code)]


def test_a_problem_never_repeats_what_was_entered() -> None:
    assert "hunter2" not in str(check(SCHEMA, {"key": "hunter2"}))
