"""Fragments of SQL against the fields of modules: what can be compared is, and the rest is refused as access that nobody has."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid
from server.services import custom_fields
from server.services.custom_fields import NewField
from server.services.suitecrm import beans
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1 import queries
from tests.server.services.suitecrm.v4_1.calls import made

DEALS = {"amount": "10.50", "date_closed": "2026-12-01", "sales_stage": "Prospecting"}


def found(actor: Actor, name: str, query: str) -> list[str]:
    """Return the names of what a query finds."""
    module = MODULES[name]
    where = queries.condition(actor, module, query)
    return sorted(one["name"] for one in beans.window(actor, module, Reading(where))[0])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("opportunities.amount = 10.5", ["a", "b"]),
        ("opportunities.amount BETWEEN 1 AND 20 AND opportunities.sales_stage = 'Closed Won'", ["b"]),
        ("opportunities.amount > 11", ["c"]),
        ("opportunities.sales_stage <> 'Prospecting'", ["b"]),
        ("opportunities.sales_stage IN ('Prospecting', 'Closed Won') AND NOT opportunities.name = 'a'", ["b", "c"]),
        ("opportunities.date_closed >= '2026-12-02'", ["c"]),
        ("opportunities.deleted = '0' AND opportunities_cstm.next_step IS NULL", ["a", "b"]),
        ("opportunities.next_step NOT LIKE 'x%'", ["c"]),
        ("opportunities.next_step = ''", ["a", "b"]),
    ],
)
def test_deals_are_found_by_what_they_are(suite: Actor, query: str, names: list[str]) -> None:
    made(suite, "Opportunities", name="a", **DEALS)
    made(suite, "Opportunities", name="b", **{**DEALS, "sales_stage": "Closed Won"})
    made(suite, "Opportunities", name="c", **{**DEALS, "amount": "99", "date_closed": "2027-01-01", "next_step": "call"})
    assert found(suite, "Opportunities", query) == names


def test_activities_are_found_by_their_status_and_time(suite: Actor) -> None:
    made(suite, "Tasks", name="open", date_due="2026-11-20 12:00:00")
    made(suite, "Tasks", name="done", date_due="2026-11-21 12:00:00", status="Completed")
    made(suite, "Tasks", name="later", date_due="2026-11-22 12:00:00", status="Deferred")
    assert found(suite, "Tasks", "tasks.status = 'Not Started'") == ["open"]
    assert found(suite, "Tasks", "tasks.status NOT IN ('Completed', 'Deferred')") == ["open"]
    assert found(suite, "Tasks", "tasks.status != 'Completed'") == ["later", "open"]
    assert found(suite, "Tasks", "tasks.date_due >= '2026-11-21 12:00:00' AND NOT tasks.date_due > '2026-11-21 12:00:00'") == ["done"]
    assert found(suite, "Tasks", "tasks.date_due NOT BETWEEN '2026-11-20 00:00:00' AND '2026-11-21 23:59:59'") == ["later"]


def test_a_field_of_the_tenants_own_is_a_column_of_its_second_table(suite: Actor) -> None:
    custom_fields.declare(suite, "companies", NewField(name="shoes", type="number", label="Shoes"))
    made(suite, "Accounts", name="barefoot")
    made(suite, "Accounts", name="many", shoes_c="40")
    assert found(suite, "Accounts", "accounts_cstm.shoes_c >= 40") == ["many"]
    assert found(suite, "Accounts", "shoes_c IS NULL") == ["barefoot"]


def test_users_are_found_too(suite: Actor) -> None:
    assert found(suite, "Users", "users.user_name = 'bob@example.com'") == ["Bob"]
    assert found(suite, "Users", "users.user_name LIKE 'b%' OR users.is_admin = 1") == ["Alice", "Bob", "Dora"]


@pytest.mark.parametrize(
    "query",
    [
        "contacts.nothing = 1",
        "accounts.name = 'a'",
        "contacts.birthdate = 'a'",
        "contacts.date_entered > 'a'",
        "contacts.do_not_call LIKE 'a%'",
        "1=1",
    ],
)
def test_what_cannot_be_compared_is_refused(suite: Actor, query: str) -> None:
    with pytest.raises(Denied) as caught:
        queries.condition(suite, MODULES["Contacts"], query)
    assert caught.value.stable_code == "query_refused"


def test_an_order_names_columns_of_the_module(suite: Actor) -> None:
    keys = queries.order(suite, MODULES["Contacts"], "contacts.last_name DESC, date_entered, last_name DESC")
    assert [(key.path, key.descending) for key in keys] == [(("last_name",), True), (("created_at",), False)]
    for text in ("contacts.nothing", "accounts.name", "account_name", "contacts.last_name; --"):
        with pytest.raises(Denied):
            queries.order(suite, MODULES["Contacts"], text)


def test_what_is_wrong_with_a_query_is_a_refusal_and_nothing_else_is() -> None:
    with pytest.raises(Denied), queries.refusing():
        raise Invalid("wrong")
    with pytest.raises(KeyError), queries.refusing():
        raise KeyError


def test_deleted_records_are_reached_when_wanted(suite: Actor) -> None:
    module = MODULES["Accounts"]
    beans.remove(suite, module, made(suite, "Accounts", name="gone"))
    made(suite, "Accounts", name="kept")
    counts = [beans.count(suite, module, queries.condition(suite, module, "", deleted=flag)) for flag in (False, True)]
    assert counts == [1, 2]
    tests = [("name", "eq", "gone")]
    assert [beans.count(suite, module, queries.of_tests(suite, module, tests, deleted=flag)) for flag in (False, True)] == [0, 1]
