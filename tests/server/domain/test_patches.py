"""Merge patches and lists of changes."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.patches import changes, merge

RFC_7396 = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
records = st.dictionaries(st.sampled_from("abcdef"), json_values)


@pytest.mark.parametrize(("target", "patch", "result"), RFC_7396)
def test_the_examples_of_the_rfc_come_out_as_printed(target: str, patch: str, result: str) -> None:
    assert merge(json.loads(target), json.loads(patch)) == json.loads(result)


@given(json_values, json_values)
def test_applying_a_patch_twice_changes_nothing_more(target: Any, patch: Any) -> None:
    once = merge(target, patch)
    assert merge(once, patch) == once


@given(json_values, json_values)
def test_neither_target_nor_patch_is_touched(target: Any, patch: Any) -> None:
    before = copy.deepcopy((target, patch))
    merge(target, patch)
    assert (target, patch) == before


@given(records)
def test_an_empty_patch_changes_nothing(record: dict[str, Any]) -> None:
    assert merge(record, {}) == record
    assert changes(record, record) == {}


@given(records, records)
def test_changes_name_every_field_that_differs_with_both_its_values(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = changes(before, after)
    assert {name: pair[::-1] for name, pair in found.items()} == changes(after, before)
    assert {name: after.get(name) for name in {**before, **after}} == {name: before.get(name) for name in {**before, **after}} | {
        name: new for name, (_, new) in found.items()
    }


def test_changes_read_as_old_and_new() -> None:
    assert changes({"email": None, "phone": "1", "x": 1}, {"email": "a@b.c", "x": 1}) == {"email": [None, "a@b.c"], "phone": ["1", None]}


def test_true_and_one_are_not_the_same() -> None:
    assert changes({"done": True}, {"done": 1}) == {"done": [True, 1]}
    assert changes({"count": 1}, {"count": 1.0}) == {}
