"""Fragments of SQL from strangers: what they say is read exactly, and everything else is refused."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Denied
from server.domain.filters import All, Any_, Condition, Node, Sort
from server.domain.sql_fragments import EMAIL_ADDRESS, EMAIL_MODULE, parse_condition, parse_order
from tests import hostile_sql

LAST = ("contacts", "last_name")
JOINED = "SELECT eabr.bean_id FROM email_addr_bean_rel eabr JOIN email_addresses ea ON ea.id = eabr.email_address_id WHERE"
LISTED = (
    "SELECT DISTINCT bean_id FROM email_addr_bean_rel AS r, email_addresses AS a WHERE r.email_address_id = a.id"
    " AND a.email_address_caps IN ('A@B.C') AND bean_module = 'Contacts' AND a.deleted = 0 AND r.primary_address = '1'"
)
FULL = (
    "SELECT email_addr_bean_rel.bean_id FROM email_addr_bean_rel LEFT JOIN email_addresses"
    " ON (email_addr_bean_rel.email_address_id = email_addresses.id) WHERE email_addresses.email_address = 'a@b.c'"
)
NO_ORDER = ("1", "RAND()", "a DESC; DROP TABLE a", "a,", "a b", "(SELECT 1)", "a DESC ASC", "a LIMIT 1", "a,b,c,d,e,f", "a--", "'a'")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  \n", None),
        ("contacts.last_name = 'A'", Condition(LAST, "eq", "A")),
        ("last_name='A'", Condition(("", "last_name"), "eq", "A")),
        ('`contacts`.`Last_Name` <> "A"', Condition(LAST, "ne", "A")),
        ("contacts.last_name != 3", Condition(LAST, "ne", "3")),
        ("contacts.last_name >= -1.50", Condition(LAST, "gte", "-1.50")),
        ("contacts.last_name like 'A%'", Condition(LAST, "like", "A%")),
        ("contacts.last_name NOT LIKE 'A%'", Condition(LAST, "nlike", "A%")),
        ("contacts.last_name in ('A','B')", Condition(LAST, "in", ("A", "B"))),
        ("contacts.last_name NOT IN ('A')", Condition(LAST, "nin", ("A",))),
        ("contacts.last_name BETWEEN 1 AND 2", Condition(LAST, "between", ("1", "2"))),
        ("contacts.last_name IS NULL", Condition(LAST, "null", value=True)),
        ("contacts.last_name IS NOT NULL", Condition(LAST, "null", value=False)),
        ("contacts.last_name = 'O''Brien'", Condition(LAST, "eq", "O'Brien")),
        (r"contacts.last_name = 'O\'Brien'", Condition(LAST, "eq", "O'Brien")),
        (r"contacts.last_name LIKE '10\% \\ \n'", Condition(LAST, "like", "10\\% \\ \n")),
        ('contacts.last_name = "say ""a"""', Condition(LAST, "eq", 'say "a"')),
    ],
)
def test_a_condition_is_read(text: str, tree: Node | None) -> None:
    assert parse_condition(text) == tree


def test_and_binds_closer_than_or_and_parentheses_closest() -> None:
    one, two, three = (Condition(("", name), "eq", "1") for name in "abc")
    assert parse_condition("a=1 OR b=1 AND c=1") == Any_((one, All((two, three))))
    assert parse_condition("(a=1 OR b=1) AND c=1") == All((Any_((one, two)), three))


def test_a_negation_is_driven_down_to_what_has_to_hold() -> None:
    found = parse_condition("NOT (a = 1 AND (b < 2 OR NOT c IS NULL))")
    assert found == Any_((Condition(("", "a"), "ne", "1"), All((Condition(("", "b"), "gte", "2"), Condition(("", "c"), "null", value=True)))))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"contacts.id IN ({JOINED} ea.email_address = 'a@b.c')", [Condition(EMAIL_ADDRESS, "eq", "a@b.c")]),
        (f"contacts.id in ({JOINED} eabr.deleted=0 and ea.email_address LIKE 'a%')", [Condition(EMAIL_ADDRESS, "like", "a%")]),
        (f"id IN ({LISTED})", [Condition(EMAIL_ADDRESS, "in", ("A@B.C",)), Condition(EMAIL_MODULE, "eq", "Contacts")]),
        (f"contacts.id IN ({FULL})", [Condition(EMAIL_ADDRESS, "eq", "a@b.c")]),
    ],
)
def test_the_sub_query_over_addresses_is_recognised(text: str, wanted: list[Condition]) -> None:
    assert parse_condition(text) == All(tuple(wanted))


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize("text", hostile_sql.REFUSED)
def test_what_is_no_condition_is_refused_or_names_what_is_not_there(text: str) -> None:
    found = _understood(text)
    assert found is None or not _named(found) <= {LAST}


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize(("text", "value"), hostile_sql.MATCHING)
def test_a_dangerous_value_is_a_value(text: str, value: str) -> None:
    assert parse_condition(text) == Condition(LAST, "eq", value)


def _understood(text: str) -> Node | None:
    """Return the tree, None when the fragment is refused as it has to be: in one way only."""
    try:
        return parse_condition(text)
    except Denied as refused:
        if refused.stable_code != "query_refused":
            raise
        return None


def _named(node: Node | None) -> set[tuple[str, ...]]:
    if isinstance(node, All | Any_):
        return {path for part in node.nodes for path in _named(part)}
    return {node.path} if isinstance(node, Condition) else set()


@given(st.text(alphabet="contacts.lastnameANDORLIKENOT()'\"\\=<>!%,0 1-#/*;`\n", max_size=60) | st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    _understood(text)
    with suppress(Denied):
        parse_order(text)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_every_value_survives_being_written_and_read(value: str) -> None:
    doubled = value.replace("\\", "\\\\").replace("'", "''")
    assert parse_condition(f"a = '{doubled}'") == Condition(("", "a"), "eq", value)


_VALUE = st.integers(0, 3).map(str)
_LEAF = st.one_of(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), _VALUE).map(" ".join),
    st.tuples(st.sampled_from("abc"), st.sampled_from(["IS NULL", "IS NOT NULL"])).map(" ".join),
    st.tuples(st.sampled_from("abc"), st.sampled_from(["IN", "NOT IN"]), _VALUE, _VALUE).map(lambda it: f"{it[0]} {it[1]} ({it[2]}, {it[3]})"),
    st.tuples(st.sampled_from("abc"), st.sampled_from(["BETWEEN", "NOT BETWEEN"]), _VALUE, _VALUE).map(
        lambda it: f"{it[0]} {it[1]} {it[2]} AND {it[3]}"
    ),
)
_FRAGMENT = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda it: f"({it[0]}) {it[1]} ({it[2]})"), inner.map(lambda it: f"NOT ({it})")
    ),
    max_leaves=8,
)
_CELL = st.none() | st.integers(0, 3)


@given(_FRAGMENT, st.lists(st.tuples(_CELL, _CELL, _CELL), max_size=8))
def test_a_tree_holds_where_a_database_finds_the_fragment_true(fragment: str, cells: list[tuple[int | None, ...]]) -> None:
    tree = parse_condition(fragment)
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (a, b, c)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", cells)
        wanted = database.execute(f"SELECT a, b, c FROM t WHERE {fragment} ORDER BY rowid").fetchall()  # noqa: S608 - made above
    database.close()
    assert [row for row in cells if _holds(tree, dict(zip("abc", row, strict=True)))] == wanted


def _holds(node: Node | None, row: dict[str, int | None]) -> bool:
    if isinstance(node, All):
        return all(_holds(part, row) for part in node.nodes)
    if isinstance(node, Any_):
        return any(_holds(part, row) for part in node.nodes)
    assert isinstance(node, Condition)
    value = row[node.path[1]]
    if node.operator == "null":
        return (value is None) is node.value
    if value is None:
        return False
    given = [int(one) for one in node.value] if isinstance(node.value, tuple) else [int(node.value)]
    tests = {
        "eq": value == given[0], "ne": value != given[0], "lt": value < given[0], "lte": value <= given[0], "gt": value > given[0],
        "gte": value >= given[0], "in": value in given, "nin": value not in given, "between": given[0] <= value <= given[-1],
        "nbetween": not given[0] <= value <= given[-1],
    }  # fmt: skip
    return tests[node.operator]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ()),
        ("contacts.last_name", (Sort(LAST),)),
        ("last_name DESC, contacts.date_entered asc", (Sort(("", "last_name"), descending=True), Sort(("contacts", "date_entered")))),
    ],
)
def test_an_order_is_read(text: str, keys: tuple[Sort, ...]) -> None:
    assert parse_order(text) == keys


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize("text", NO_ORDER)
def test_what_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(Denied):
        parse_order(text)
