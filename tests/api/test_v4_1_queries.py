"""Queries of v4_1 over HTTP: hostile ones are refused and reach no database, all others find what SQL would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.store import database
from tests import hostile_sql
from tests.api.appliance import Appliance
from tests.api.v4_1 import Legacy, fault, signed_in
from tests.properties import is_thorough

EXAMPLES = 2000 if is_thorough() else 60
COLUMNS = ("last_name", "title", "department", "email1", "birthdate", "do_not_call", "date_entered")
ROWS: tuple[tuple[str, str | None, str | None, str | None, str | None, str], ...] = (
    ("Adams", "CEO", "Board", "adams@example.com", "1970-01-31", "0"),
    ("adams", "ceo", None, None, None, "1"),
    ("Baker", None, "Sales", "baker@example.com", "1980-02-28", "0"),
    ("O'Brien", "CTO", "R&D", "obrien@example.org", "1990-12-01", "1"),
    ("100%", "a_b", "back\\slash", None, None, "0"),
    ("Zoë", "Ärztin", "", "zoe@example.com", "2000-06-15", "0"),
)
HAS_ADDRESS = (
    "contacts.id IN (SELECT eabr.bean_id FROM email_addr_bean_rel eabr JOIN email_addresses ea ON (ea.id = eabr.email_address_id)"
    " WHERE eabr.deleted = 0 AND eabr.bean_module = '{}' AND ea.email_address {})"
)


@dataclass
class Shelf:
    """Contacts that a client has made, and the same in a database that is asked the very words."""

    crm: Legacy
    oracle: sqlite3.Connection

    def found(self, query: str) -> list[str]:
        """Return the ids that a query finds, in the order of their names."""
        answer = self.crm.call("get_entry_list", "Contacts", query, "contacts.id", 0, ["id"], [], 100, 0)
        assert fault(answer) is None, (query, answer)
        return sorted(one["id"] for one in answer["entry_list"])

    def wanted(self, query: str) -> list[str]:
        """Return what the other database finds for the same words."""
        return sorted(row[0] for row in self.oracle.execute(f"SELECT id FROM contacts WHERE {query}"))  # noqa: S608 - that is the question


@pytest.fixture(scope="module")
def shelf(appliance: Appliance) -> Iterator[Shelf]:
    """Yield a client with some contacts, and the same contacts elsewhere."""
    crm = signed_in(appliance)
    with closing(sqlite3.connect(":memory:")) as oracle:
        texts = ", ".join(f"{name} TEXT COLLATE NOCASE" for name in COLUMNS[:5])  # as SuiteCRM's databases compare
        oracle.execute(f"CREATE TABLE contacts (id TEXT, {texts}, do_not_call INT)")
        for row in ROWS:
            values = dict(zip(COLUMNS, row, strict=False))
            contact = crm.made("Contacts", **{name: value for name, value in values.items() if value is not None})
            shown = crm.call("get_entry", "Contacts", contact)["entry_list"][0]["name_value_list"]
            kept = [shown[name]["value"] or None for name in COLUMNS[:6]]
            oracle.execute("INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?)", [contact, *kept[:5], int(kept[5] or 0)])
        yield Shelf(crm, oracle)


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize("place", ["query", "order_by", "count", "related"])
def test_hostile_fragments_are_fault_40_and_change_nothing(shelf: Shelf, place: str) -> None:
    account = shelf.crm.made("Accounts", name=f"Maple {place}")
    before = counted()
    assert len(hostile_sql.REFUSED) > 200
    wrong = []
    for text in hostile_sql.REFUSED:
        arguments: dict[str, tuple[str, list[Any]]] = {
            "query": ("get_entry_list", ["Contacts", text]),
            "order_by": ("get_entry_list", ["Contacts", "", text if text != "contacts.last_name" else "1"]),
            "count": ("get_entries_count", ["Contacts", text, 1]),
            "related": ("get_relationships", ["Accounts", account, "contacts", text, [], [], 0]),
        }
        method, rest = arguments[place]
        reply = shelf.crm.send(method, [shelf.crm.session, *rest])
        if reply.status != 200 or fault(reply.json) != 40:
            wrong.append((text, reply.status, reply.body[:200]))
    assert wrong == []
    assert counted() == before


def counted() -> Sequence[tuple[Any, ...]]:
    """Return how many rows there are of what hostile fragments go for."""
    return [database.row(f"SELECT COUNT(*) FROM {table}") or () for table in ("contacts", "users", "tokens", "companies")]  # noqa: S608 - names


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize(("query", "value"), hostile_sql.MATCHING)
def test_a_dangerous_value_finds_the_record_that_has_it(shelf: Shelf, query: str, value: str) -> None:
    contact = shelf.crm.made("Contacts", last_name=value)
    found = shelf.crm.call("get_entry_list", "Contacts", query, "", 0, ["last_name"])["entry_list"]
    shelf.crm.call("set_entry", "Contacts", {"id": contact, "deleted": 1})
    # Spaces around a value are taken off when it is stored.
    wanted = [contact] if value == value.strip() else []
    assert [one["id"] for one in found] == wanted


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("contacts.last_name = 'Adams'", ["Adams", "adams"]),
        ("last_name='ADAMS '", ["Adams", "adams"]),
        ("contacts.last_name IN ('adams', 'ZOË') AND contacts.last_name <> 'ADAMS'", ["Zoë"]),
        ("contacts.last_name = 'Ad%'", []),
        ("contacts.last_name LIKE 'AD%'", ["Adams", "adams"]),
        ("contacts.last_name = 'O\\'Brien' OR contacts.last_name = 'O''Brien'", ["O'Brien"]),
        ("contacts.last_name LIKE '100\\%'", ["100%"]),
        ("contacts.title LIKE 'a\\_b'", ["100%"]),
        ("contacts_cstm.department = 'Sales'", ["Baker"]),
        ("contacts.department = ''", ["Zoë", "adams"]),
        ("contacts.department IS NULL", ["Zoë", "adams"]),
        ("contacts.birthdate BETWEEN '1975-01-01' AND '1985-01-01'", ["Baker"]),
        ("contacts.birthdate < '1971-01-01'", ["Adams"]),
        ("contacts.do_not_call = 1", ["O'Brien", "adams"]),
        ("contacts.do_not_call <> '1' AND contacts.title IS NOT NULL", ["100%", "Adams", "Zoë"]),
        ("contacts.deleted = 0 AND contacts.title = 'ceo'", ["Adams", "adams"]),
        ("contacts.date_entered > '2020-01-01 00:00:00' AND contacts.title LIKE 'c_o'", ["Adams", "O'Brien", "adams"]),
        ("contacts.date_entered < '2020-01-01'", []),
        ("contacts.id = 'none'", []),
        ("contacts.account_id IS NULL AND contacts.title = 'CTO'", ["O'Brien"]),
        ("NOT (contacts.title LIKE 'c%' OR contacts.title LIKE 'a%')", ["Zoë"]),
        (HAS_ADDRESS.format("Contacts", "= 'ADAMS@example.com'"), ["Adams"]),
        (HAS_ADDRESS.format("Contacts", "LIKE '%@example.com'"), ["Adams", "Baker", "Zoë"]),
        ("NOT " + HAS_ADDRESS.format("Contacts", "LIKE '%@example.com'"), ["100%", "O'Brien", "adams"]),
    ],
)
def test_a_query_finds_the_right_rows(shelf: Shelf, query: str, names: list[str]) -> None:
    answer = shelf.crm.call("get_entry_list", "Contacts", query, "", 0, ["last_name"], [], 100, 0)
    assert fault(answer) is None, answer
    assert sorted(one["name_value_list"]["last_name"]["value"] for one in answer["entry_list"]) == names
    assert shelf.crm.call("get_entries_count", "Contacts", query, 0) == {"result_count": str(len(names))}


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize(
    "query",
    [
        "leads.last_name = 'Adams'",
        "contacts.nothing = 'a'",
        "contacts.birthdate = 'yesterday'",
        "contacts.date_entered > 'now'",
        "contacts.do_not_call = 'perhaps'",
        "contacts.date_entered LIKE '%1%'",
        HAS_ADDRESS.format("Leads", "= 'adams@example.com'"),
    ],
)
def test_a_query_that_names_or_compares_what_is_not_there_is_fault_40(shelf: Shelf, query: str) -> None:
    assert fault(shelf.crm.call("get_entry_list", "Contacts", query)) == 40


def test_an_order_is_kept_and_what_cannot_be_ordered_by_is_fault_40(shelf: Shelf) -> None:
    def names(order: str) -> list[str]:
        found = shelf.crm.call("get_entry_list", "Contacts", "contacts.title LIKE 'c%'", order, 0, ["last_name"])["entry_list"]
        return [one["name_value_list"]["last_name"]["value"] for one in found]

    assert names("contacts.title DESC") == ["adams", "O'Brien", "Adams"]
    assert names("do_not_call asc, title desc")[0] == "Adams"
    for order in ("contacts.nothing", "leads.last_name", "account_name", "RAND()"):
        assert fault(shelf.crm.call("get_entry_list", "Contacts", "", order)) == 40


_TEXTS = st.sampled_from(["Adams", "CEO", "Sales", "O'Brien", "Zoë", "a_b", "baker@example.com"]).map(
    lambda text: "'" + text.replace("'", "''") + "'"
)
_COLUMN = st.sampled_from(["last_name", "title", "department", "email1"]).map("contacts.{}".format)
_TEST = st.one_of(
    st.tuples(_COLUMN, st.sampled_from(["=", "<>", "!="]), _TEXTS).map(" ".join),
    st.tuples(_COLUMN, st.sampled_from(["IS NULL", "IS NOT NULL"])).map(" ".join),
    st.tuples(_COLUMN, st.sampled_from(["IN", "NOT IN"]), _TEXTS, _TEXTS).map(lambda it: f"{it[0]} {it[1]} ({it[2]}, {it[3]})"),
    st.sampled_from(["contacts.do_not_call = 1", "contacts.do_not_call <> 1", "contacts.birthdate > '1985-01-01'", "contacts.birthdate IS NULL"]),
)
_QUERY = st.recursive(
    _TEST,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda it: f"({it[0]}) {it[1]} {it[2]}"), inner.map(lambda it: f"NOT ({it})")
    ),
    max_leaves=6,
)


@pytest.mark.attack
@pytest.mark.criterion("api-7")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_QUERY)
def test_a_query_finds_what_a_database_does(shelf: Shelf, query: str) -> None:
    assert shelf.found(query) == shelf.wanted(query)


@pytest.mark.attack
@pytest.mark.criterion("api-7")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["contacts.last_name", "=", "'a'", "OR", "1", "(", ")", "--", ";", "SELECT", "FROM", "users", ",", "UNION", "\\", "'"]),
        max_size=8,
    )
)
def test_no_heap_of_tokens_breaks_anything(shelf: Shelf, tokens: list[str]) -> None:
    reply = shelf.crm.send("get_entry_list", [shelf.crm.session, "Contacts", " ".join(tokens)])
    assert reply.status == 200
    assert fault(reply.json) in {None, 40}
