"""The grammar of reading, from examples to properties."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid, Unprocessable
from server.domain.filters import (
    OPERATORS,
    All,
    Any_,
    Condition,
    Node,
    Not,
    Query,
    Sort,
    conditions,
    parse_query,
    shape,
    split_values,
    values,
)


def eq(path: str, value: str) -> Condition:
    return Condition(tuple(path.split(".")), "eq", value)


def refusal(*pairs: tuple[str, str]) -> Invalid:
    with pytest.raises(Invalid) as refused:
        parse_query(pairs)
    assert not isinstance(refused.value, Unprocessable)
    return refused.value


def test_the_first_mention_of_a_sort_key_counts() -> None:
    assert parse_query([("sort", "b,a,-b,-c,a")]).sort == (Sort(("b",)), Sort(("a",)), Sort(("c",), descending=True))


def test_no_parameters_ask_for_the_first_fifty() -> None:
    assert parse_query([]) == Query(limit=50, cursor=None, filter=None, sort=(), fields=None, expand=())


def test_the_example_of_the_contract_is_read() -> None:
    query = parse_query(
        [
            ("limit", "50"),
            ("cursor", "abc"),
            ("filter[email][eq]", "a@b.c"),
            ("sort", "-created_at,last_name"),
            ("fields", "id,email"),
            ("expand", "company,company.owner"),
        ]
    )
    assert query == Query(
        limit=50,
        cursor="abc",
        filter=eq("email", "a@b.c"),
        sort=(Sort(("created_at",), descending=True), Sort(("last_name",))),
        fields=("id", "email"),
        expand=(("company",), ("company", "owner")),
    )


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([("filter[email]", "x")], eq("email", "x")),
        ([("filter[email]", "")], eq("email", "")),
        ([("filter[company.name][eq]", "x")], eq("company.name", "x")),
        ([("filter[custom.size][gt]", "3")], Condition(("custom", "size"), "gt", "3")),
        ([("filter[a][like]", "50%,x")], Condition(("a",), "like", "50%,x")),
        ([("filter[a][in]", "x,y")], Condition(("a",), "in", ("x", "y"))),
        ([("filter[a][nin]", "x")], Condition(("a",), "nin", ("x",))),
        ([("filter[a][in]", r"x\,y,z\\,\n")], Condition(("a",), "in", ("x,y", "z\\", r"\n"))),
        ([("filter[a][between]", "1,2")], Condition(("a",), "between", ("1", "2"))),
        ([("filter[a][null]", "true")], Condition(("a",), "null", value=True)),
        ([("filter[a][null]", "false")], Condition(("a",), "null", value=False)),
        ([("filter[b]", "1"), ("filter[a]", "2")], All((eq("a", "2"), eq("b", "1")))),
        (
            [("filter[a][gte]", "1"), ("filter[a][lt]", "2")],
            All((Condition(("a",), "gte", "1"), Condition(("a",), "lt", "2"))),
        ),
        ([("filter[or][0][a][eq]", "1"), ("filter[or][1][b]", "2")], Any_((eq("a", "1"), eq("b", "2")))),
        ([("filter[or][7][a]", "1"), ("filter[or][10][b]", "2")], Any_((eq("a", "1"), eq("b", "2")))),
        ([("filter[or][0][a]", "1"), ("filter[or][0][b]", "2"), ("filter[or][1][c]", "3")], Any_((All((eq("a", "1"), eq("b", "2"))), eq("c", "3")))),
        ([("filter[or][0][a]", "1")], eq("a", "1")),
        ([("filter[and][0][a]", "1"), ("filter[and][1][b]", "2")], All((eq("a", "1"), eq("b", "2")))),
        ([("filter[not][a]", "1")], Not(eq("a", "1"))),
        ([("filter[not][a]", "1"), ("filter[not][b]", "2")], Not(All((eq("a", "1"), eq("b", "2"))))),
        ([("filter[not][not][a]", "1")], Not(Not(eq("a", "1")))),
        (
            [("filter[a]", "1"), ("filter[or][0][not][b]", "2"), ("filter[or][1][c]", "3")],
            All((eq("a", "1"), Any_((Not(eq("b", "2")), eq("c", "3"))))),
        ),
        ([("filter[and][0][or][0][and][0][or][0][not][a]", "1")], Not(eq("a", "1"))),
    ],
)
def test_a_filter_is_read_as_a_tree(pairs: list[tuple[str, str]], tree: Node) -> None:
    assert parse_query(pairs).filter == tree


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_of_the_contract_is_understood(operator: str) -> None:
    value = {"null": "true", "between": "a,b"}.get(operator, "a")
    (condition,) = conditions(parse_query([(f"filter[x][{operator}]", value)]).filter)
    assert condition.operator == operator


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("lmit", "5", "unknown_parameter"),
        ("", "", "unknown_parameter"),
        ("limit", "0", "malformed_limit"),
        ("limit", "201", "malformed_limit"),
        ("limit", "-1", "malformed_limit"),
        ("limit", "5.0", "malformed_limit"),
        ("limit", "ten", "malformed_limit"),
        ("limit", "", "malformed_limit"),
        ("limit", "9" * 5000, "malformed_limit"),
        ("limit", "\u0665", "malformed_limit"),
        ("cursor", "x" * 2049, "invalid_cursor"),
        ("sort", "", "malformed_name"),
        ("sort", "--a", "malformed_name"),
        ("sort", "a,", "malformed_name"),
        ("sort", "a b", "malformed_name"),
        ("sort", "a;drop", "malformed_name"),
        ("sort", "a,b,c,d,e,f", "too_many"),
        ("fields", "", "malformed_name"),
        ("fields", "id,,email", "malformed_name"),
        ("fields", ",".join("a" * 101), "too_many"),
        ("expand", "a.b.c", "malformed_name"),
        ("expand", "a..b", "malformed_name"),
        ("expand", ",".join("abcdefghijk"), "too_many"),
        ("filter", "x", "malformed_filter"),
        ("filter[]", "x", "malformed_name"),
        ("filter[a", "x", "malformed_filter"),
        ("filter[a]]", "x", "malformed_filter"),
        ("filter[a]b", "x", "malformed_filter"),
        ("filter[a][[eq]]", "x", "malformed_filter"),
        ("filter[a][eq][b]", "x", "malformed_filter"),
        ("filter[a][]", "x", "unknown_operator"),
        ("filter[a][equals]", "x", "unknown_operator"),
        ("filter[a][EQ]", "x", "unknown_operator"),
        ("filter[a.b.c.d]", "x", "malformed_name"),
        ("filter[a'b]", "x", "malformed_name"),
        ("filter[" + "a" * 65 + "]", "x", "malformed_name"),
        ("filter[or]", "x", "malformed_filter"),
        ("filter[or][a][eq]", "x", "malformed_filter"),
        ("filter[or][0]", "x", "malformed_filter"),
        ("filter[or][1000][a]", "x", "malformed_filter"),
        ("filter[or][-1][a]", "x", "malformed_filter"),
        ("filter[not]", "x", "malformed_filter"),
        ("filter[not][not][not][not][not][not][a]", "x", "filter_too_deep"),
        ("filter[a][null]", "yes", "malformed_value"),
        ("filter[a][between]", "1", "malformed_value"),
        ("filter[a][between]", "1,2,3", "malformed_value"),
        ("filter[a][between]", r"1\,2", "malformed_value"),
        ("filter[a][in]", ",".join(["x"] * 201), "malformed_value"),
        ("filter[a]", "x\0y", "malformed_value"),
        ("filter[a]", "\ud800", "malformed_value"),
    ],
)
def test_a_malformed_parameter_is_refused_and_named(name: str, value: str, code: str) -> None:
    (fault,) = refusal((name, value)).faults
    assert (fault.pointer, fault.code) == (name, code)


def test_every_fault_is_reported_at_once() -> None:
    refused = refusal(("limit", "0"), ("sort", "a"), ("srot", "a"), ("filter[a][eqq]", "x"))
    assert [fault.pointer for fault in refused.faults] == ["limit", "srot", "filter[a][eqq]"]
    assert refused.stable_code == "malformed_limit"


def test_a_near_miss_is_named() -> None:
    assert "Did you mean 'sort'?" in refusal(("srot", "a")).faults[0].detail
    assert "Did you mean 'ilike'?" in refusal(("filter[a][iliek]", "x")).faults[0].detail


@pytest.mark.parametrize("name", ["limit", "sort", "cursor", "fields", "expand", "filter[a]"])
def test_a_parameter_that_is_there_twice_is_refused(name: str) -> None:
    assert refusal((name, "1"), (name, "1")).stable_code == "repeated_parameter"


def test_the_shorthand_and_its_long_form_are_the_same_condition() -> None:
    assert refusal(("filter[a]", "1"), ("filter[a][eq]", "2")).stable_code == "repeated_parameter"


def test_fifty_conditions_are_taken_and_one_more_is_not() -> None:
    pairs = [(f"filter[or][{index}][a]", "1") for index in range(51)]
    assert len(list(conditions(parse_query(pairs[:50]).filter))) == 50
    assert [fault.code for fault in refusal(*pairs).faults] == ["filter_too_large"]


def test_an_empty_cursor_is_the_first_page() -> None:
    assert parse_query([("cursor", "")]).cursor is None


def test_a_name_given_twice_in_fields_or_expand_counts_once() -> None:
    query = parse_query([("fields", "id,email,id"), ("expand", "owner,owner")])
    assert (query.fields, query.expand) == (("id", "email"), (("owner",),))


def test_a_route_may_read_parameters_of_its_own() -> None:
    assert parse_query([("q", "alice"), ("limit", "5")], also=("q",)) == Query(limit=5)
    with pytest.raises(Invalid, match="Did you mean 'since'"):
        parse_query([("sinec", "x")], also=("since",))


names = st.sampled_from(["email", "company.name", "custom.size", "a", "b"])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def escaped(items: list[str]) -> str:
    return ",".join(item.replace("\\", "\\\\").replace(",", "\\,") for item in items)


@given(st.lists(texts, min_size=1))
def test_a_list_of_any_values_survives_escaping(items: list[str]) -> None:
    assert split_values(escaped(items)) == items


@st.composite
def one_condition(draw: st.DrawFn) -> tuple[str, str, Condition]:
    name, operator = draw(names), draw(st.sampled_from(OPERATORS))
    size = 2 if operator == "between" else 3
    listed = draw(st.lists(texts, min_size=size if operator == "between" else 1, max_size=size))
    value: Any = listed[0]
    text = listed[0]
    if operator == "null":
        value = draw(st.booleans())
        text = str(value).lower()
    elif operator in {"in", "nin", "between"}:
        value, text = tuple(listed), escaped(listed)
    return f"[{name}][{operator}]", text, Condition(tuple(name.split(".")), operator, value)


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> tuple[list[tuple[str, str]], Node]:
    """Draw a tree as the parameters that spell it, and as itself."""
    kind = draw(st.sampled_from(["leaf", "and", "or", "not"])) if depth else "leaf"
    if kind == "leaf":
        name, text, condition = draw(one_condition())
        return [(name, text)], condition
    if kind == "not":
        inner, node = draw(trees(depth - 1))
        return [("[not]" + name, text) for name, text in inner], Not(node)
    children = draw(st.lists(trees(depth - 1), min_size=2, max_size=3))
    pairs = [(f"[{kind}][{index}]{name}", text) for index, (inner, _) in enumerate(children) for name, text in inner]
    nodes = tuple(node for _, node in children)
    return pairs, All(nodes) if kind == "and" else Any_(nodes)


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[tuple[str, str]], Node]:
    pairs, node = draw(trees().filter(lambda tree: len(tree[0]) <= 50))
    return [("filter" + name, text) for name, text in pairs], node


@given(questions())
def test_what_is_spelled_is_what_is_read(question: tuple[list[tuple[str, str]], Node]) -> None:
    pairs, node = question
    assert parse_query(pairs).filter == node


@given(questions(), st.randoms())
def test_the_order_of_parameters_does_not_matter(question: tuple[list[tuple[str, str]], Node], chance: Any) -> None:
    pairs = [*question[0], ("sort", "a"), ("limit", "7")]
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert parse_query(shuffled) == parse_query(pairs)
    assert hash(parse_query(shuffled)) == hash(parse_query(pairs))


def replaced(node: Node) -> Node:
    """Return the tree with other values of the same kinds."""
    if isinstance(node, Condition):
        if node.operator == "null":
            return node
        return Condition(node.path, node.operator, "z" if isinstance(node.value, str) else ("z",) * len(node.value))
    if isinstance(node, Not):
        return Not(replaced(node.node))
    return type(node)(tuple(replaced(child) for child in node.nodes))


@given(questions())
def test_the_shape_holds_everything_but_the_values(question: tuple[list[tuple[str, str]], Node]) -> None:
    query = Query(filter=question[1], limit=5)
    other = Query(filter=replaced(question[1]), limit=6)
    assert shape(query) == shape(other)
    assert hash(shape(query)) == hash(shape(other))
    assert len(values(query)) == len(values(other))


@given(questions(), questions())
def test_shape_and_values_together_tell_any_two_questions_apart(one: tuple[Any, Node], two: tuple[Any, Node]) -> None:
    first, second = Query(filter=one[1]), Query(filter=two[1])
    assert ((shape(first), values(first)) == (shape(second), values(second))) == (first == second)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ([("filter[a][in]", "x")], [("filter[a][in]", "x,y")]),
        ([("filter[a][null]", "true")], [("filter[a][null]", "false")]),
        ([("filter[a]", "x")], [("filter[a][ne]", "x")]),
        ([("filter[a]", "x")], [("filter[not][a]", "x")]),
        ([("sort", "a")], [("sort", "-a")]),
        ([("fields", "a")], []),
        ([("expand", "a")], []),
        ([("cursor", "a")], []),
    ],
)
def test_what_changes_the_sql_changes_the_shape(one: list[tuple[str, str]], two: list[tuple[str, str]]) -> None:
    assert shape(parse_query(one)) != shape(parse_query(two))


def test_values_come_flat_and_in_the_order_of_the_tree() -> None:
    pairs = [("filter[b][in]", "2,3"), ("filter[a]", "1"), ("filter[c][null]", "true"), ("filter[or][0][d]", "4"), ("filter[or][1][e]", "5")]
    assert values(parse_query(pairs)) == ["1", "2", "3", "4", "5"]


@given(st.lists(st.tuples(st.text(max_size=20) | st.text("filter[]or0nta.eq", max_size=30).map("filter".__add__), st.text(max_size=10)), max_size=5))
def test_any_parameters_are_either_read_or_refused_with_their_names(pairs: list[tuple[str, str]]) -> None:
    blamed, limit = set(), 1
    try:
        limit = parse_query(pairs).limit
    except Invalid as refused:
        blamed = {fault.pointer for fault in refused.faults}
    assert blamed <= {name for name, _ in pairs}
    assert 1 <= limit <= 200
