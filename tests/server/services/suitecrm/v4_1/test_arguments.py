"""Arguments in whatever form PHP let clients get away with."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.suitecrm.v4_1 import arguments
from server.services.suitecrm.v4_1.arguments import bind
from server.services.suitecrm.v4_1.faults import Refused
from server.services.suitecrm.v4_1.methods import METHODS

NAMES = ("session", "module_name", "query", "max_results")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "value", "id", "session", "0"]) | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "given",
    [
        ["s", "Contacts", "q", "5"],
        ["s", "Contacts", "q", 5, "one too many"],
        {"session": "s", "module_name": "Contacts", "query": "q", "max_results": 5},
        {"max_results": 5.0, "query": "q", "Module_Name": "Contacts", "session": "s", "unknown": []},
        {"session": "s", "module": "Contacts", "query": "q", "max_results": "5"},
        {"a": "s", "b": "Contacts", "c": "q", "d": "5"},
        {"query": "q", "module": "Contacts", "session": "s", "max_results": "5"},
    ],
)
def test_arguments_are_bound_by_place_by_name_and_by_the_order_of_unknown_names(given: Any) -> None:
    assert bind(NAMES, given) == {"session": "s", "module_name": "Contacts", "query": "q", "max_results": 5}


def test_a_name_that_nobody_knows_stands_for_nothing() -> None:
    assert bind(NAMES, {"session": "s", "module_name": "Contacts", "unknown": ["x"], "max_results": 5})["query"] == ""


@pytest.mark.parametrize("given", [[], {}, None, ""])
def test_what_is_not_given_is_empty(given: Any) -> None:
    assert bind((*NAMES, "select_fields"), given) == {"session": None, "module_name": "", "query": "", "max_results": 0, "select_fields": []}


@pytest.mark.parametrize("value", ["a\0b", "\ud800", ["\0"], {"\0": 1}, {"a": [{"b": "\udfff"}]}])
def test_what_nothing_can_store_is_refused_except_in_what_is_refused_as_sql(value: Any) -> None:
    with pytest.raises(Refused):
        bind(("session", "name_value_list"), ["s", value])
    if isinstance(value, str):
        assert bind(("session", "query"), ["s", value]) == {"session": "s", "query": value}


@pytest.mark.parametrize("given", ["text", 7, True])
def test_what_is_neither_a_list_nor_an_object_is_refused(given: Any) -> None:
    with pytest.raises(Refused):
        bind(NAMES, given)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ([{"name": "a", "value": 1}, {"name": "b", "value": None}, {"value": 2}, "x"], {"a": 1, "b": None}),
        ({"a": 1, "b": {"name": "b", "value": 2}}, {"a": 1, "b": 2}),
        ("", {}),
        ([], {}),
        (None, {}),
    ],
)
def test_pairs_come_in_three_forms(value: Any, wanted: dict[str, Any]) -> None:
    assert arguments.pairs(value) == wanted


def test_several_records_may_come_unwrapped_when_there_is_one() -> None:
    pair = {"name": "a", "value": 1}
    assert arguments.pair_lists([[pair], {"a": 2}]) == [{"a": 1}, {"a": 2}]
    assert arguments.pair_lists([pair, {"name": "b", "value": 2}]) == [{"a": 1, "b": 2}]
    assert arguments.pair_lists({"0": [pair]}) == [{"a": 1}]
    assert arguments.pair_lists("") == []


@pytest.mark.parametrize("value", [[{"name": "contacts", "value": ["id"]}], {"contacts": ["id"]}, {"name": "contacts", "value": ["id"]}])
def test_links_come_in_three_forms(value: Any) -> None:
    assert arguments.links(value) == [("contacts", ["id"])]


@pytest.mark.parametrize("value", ["", [], {}, None, 0])
def test_no_links_come_in_as_many(value: Any) -> None:
    assert arguments.links(value) == []


@pytest.mark.parametrize(("value", "wanted"), [("7", 7), (7.9, 7), (True, 1), (False, 0), ("", 0), ("x", 0), (-5, 0), ("1e400", 0), (10**30, 2**31)])
def test_numbers_are_read_as_php_does(value: Any, wanted: int) -> None:
    assert arguments.number(value) == wanted


@pytest.mark.parametrize(("value", "wanted"), [("a", ["a"]), ("", []), (["a", 1], ["a", "1"]), ({"x": "a"}, ["a"]), (None, [])])
def test_a_list_of_texts_may_be_one_text(value: Any, wanted: list[str]) -> None:
    assert arguments.texts(value) == wanted


@given(JSON)
def test_any_json_is_bound_or_refused(given: Any) -> None:
    for method in METHODS.values():
        with suppress(Refused):
            assert list(bind(method.arguments.split(), given)) == method.arguments.split()
