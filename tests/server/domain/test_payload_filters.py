"""Filters on payloads: what each condition means, what is refused, and that nothing in a payload can break one."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.payload_filters import holds, parse, values_at
from tests.pace import quickest

DEAL: dict[str, Any] = {
    "object": "deal",
    "id": "deal_1",
    "action": "updated",
    "changes": {"stage": ["open", "won"]},
    "record": {
        "stage": "won",
        "probability": 80,
        "value": {"amount": "1200.50", "currency": "EUR"},
        "close_date": "2026-12-24",
        "tags": ["vip", "north"],
        "lines": [{"sku": "A"}, {"sku": "B"}],
        "owner_id": None,
        "done": True,
        "name": "50% off_now",
    },
}


@pytest.mark.parametrize(
    "wanted",
    [
        {"record.stage": "won"},
        {"data.record.stage": "won"},
        {"record.stage": {"ne": "lost"}},
        {"record.stage": {"in": ["won", "lost"]}},
        {"record.stage": {"nin": ["open"]}},
        {"record.probability": {"gte": 80, "lt": 81}},
        {"record.probability": "80"},
        {"record.value.amount": {"gt": 999}},
        {"record.value.amount": {"gt": "999"}},
        {"record.value.amount": {"between": [1200, 1201]}},
        {"record.close_date": {"gt": "2026-01-01"}},
        {"record.tags": "vip"},
        {"record.tags": {"in": ["south", "north"]}},
        {"record.lines.sku": "B"},
        {"record.owner_id": {"null": True}},
        {"record.owner_id": None},
        {"record.stage": {"ne": None}},
        {"record.missing.entirely": {"null": True}},
        {"record.missing": {"ne": "x"}},
        {"record.done": True},
        {"record.done": "true"},
        {"record.name": {"like": "50%"}},
        {"record.name": {"like": "%off_now"}},
        {"record.name": {"like": "50_ off%now"}},
        {"record.name": {"ilike": "%OFF%"}},
        {"not": {"changes.stage": {"null": True}}},
        {"or": [{"record.stage": "lost"}, {"record.tags": "vip"}]},
        {"and": [{"record.stage": "won"}, {"not": {"record.tags": "south"}}]},
        {"record.stage": "won", "action": "updated"},
    ],
    ids=repr,
)
def test_what_is_fulfilled_holds_and_its_opposite_does_not(wanted: dict[str, Any]) -> None:
    assert holds(parse(wanted), DEAL)
    assert not holds(parse({"not": wanted}), DEAL)


@pytest.mark.parametrize(
    "wanted",
    [
        {"record.stage": "lost"},
        {"record.stage": {"gt": 5}},
        {"record.tags": {"ne": "vip"}},
        {"record.stage.deeper": "won"},
        {"record.owner_id": {"lt": 5}},
        {"record.name": {"like": "off%"}},
        {"record.name": {"like": "50%50%"}},
        {"record.probability": {"between": [0, 79]}},
        {"record.done": 1},
        {"record.stage": "won", "action": "created"},
    ],
    ids=repr,
)
def test_what_is_not_fulfilled_does_not_hold(wanted: dict[str, Any]) -> None:
    assert not holds(parse(wanted), DEAL)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "object of conditions"),
        ([], "object of conditions"),
        ({"record.stage": {}}, "no condition"),
        ({"record.stage": {"equals": "won"}}, "no operator 'equals'"),
        ({"record..stage": "won"}, "no path"),
        ({".".join("abcdefghi"): 1}, "no path"),
        ({"a": {"in": []}}, "no list"),
        ({"a": {"between": [1]}}, "two values"),
        ({"a": {"null": "yes"}}, "true or false"),
        ({"a": {"like": 5}}, "no text"),
        ({"a": {"eq": {"b": 1}}}, "no text, number"),
        ({"a": {"gt": None}}, "no text, number"),
        ({"a": float("nan")}, "no text, number"),
        ({"or": {}}, "no list of conditions"),
        ({"not": {"not": {"not": {"not": {"not": {"not": {"a": 1}}}}}}}, "levels deep"),
        ({f"f{number}": 1 for number in range(51)}, "more than 50"),
    ],
    ids=repr,
)
def test_what_is_no_filter_is_refused_in_words(wanted: Any, says: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse(wanted)
    assert says in str(refused.value)


def test_a_path_through_a_list_leads_to_every_member() -> None:
    assert values_at(DEAL, ("record", "lines", "sku")) == ["A", "B"]


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
SCALARS = st.text(max_size=4) | st.integers() | st.booleans()
TESTS = st.dictionaries(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]), SCALARS, min_size=1, max_size=2)
CONDITIONS = st.dictionaries(st.sampled_from(["a", "a.b", "b.c.a"]), TESTS, min_size=1, max_size=2)


@given(CONDITIONS, JSON)
def test_no_payload_breaks_a_filter_and_not_turns_it_round(wanted: dict[str, Any], payload: Any) -> None:
    assert holds(parse({"not": wanted}), payload) is not holds(parse(wanted), payload)


@given(st.text(alphabet="ab%_.\\", max_size=8), st.text(alphabet="ab.\\", max_size=10))
def test_like_means_what_it_means_in_sql(pattern: str, text: str) -> None:
    expected = "".join(".*" if letter == "%" else "." if letter == "_" else re.escape(letter) for letter in pattern)
    assert holds(parse({"a": {"like": pattern}}), {"a": text}) is (re.fullmatch(expected, text, re.DOTALL) is not None)


def test_no_pattern_takes_long() -> None:
    hostile = parse({"a": {"like": "%a" * 200 + "%b"}})
    assert not holds(hostile, {"a": "a" * 100_000})
    assert quickest(lambda: holds(hostile, {"a": "a" * 100_000}), 0.5, clock=time.thread_time) < 0.5
