"""Places that are more than one column: what is written is read again, and what is read can be looked for."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Invalid
from server.services.suitecrm import beans, translate
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES
from tests.server.crm import made


def found(actor: Actor, module_name: str, name: str, operator: str, value: Any) -> set[str]:
    """Return the names of the beans that pass a test."""
    module = MODULES[module_name]
    where = translate.condition(actor, module, module.fields, name, operator, value)
    return {bean["name"] for bean in beans.window(actor, module, Reading(where, limit=50))[0]}


STAGES = {"won natively": ("won", "Proposal"), "lost": ("lost", None), "open": ("open", "Prospecting"), "nowhere": ("open", None)}


@pytest.mark.parametrize(
    ("operator", "value", "names"),
    [
        ("eq", "Closed Won", {"won natively"}),
        ("ne", "Closed Won", {"lost", "open", "nowhere"}),
        ("eq", "Prospecting", {"open"}),
        ("eq", "", {"nowhere"}),
        ("in", ("Closed Lost", "Prospecting"), {"lost", "open"}),
        ("nin", ("Closed Lost", "Prospecting"), {"won natively", "nowhere"}),
        ("like", "pro%", {"won natively", "open"}),
    ],
)
def test_deals_are_found_by_the_stage_that_is_shown(suite: Actor, operator: str, value: Any, names: set[str]) -> None:
    for name, (status, stage) in STAGES.items():
        made(suite, "deal", name=name, status=status, stage=stage)
    assert found(suite, "Opportunities", "sales_stage", operator, value) == names


def test_tasks_are_found_by_the_status_that_is_shown(suite: Actor) -> None:
    made(suite, "activity", type="task", subject="native")
    made(suite, "activity", type="task", subject="native done", done=True)
    for status in ("Not Started", "In Progress", "Completed"):
        beans.create(suite, MODULES["Tasks"], {"name": status, "status": status})
    assert found(suite, "Tasks", "status", "eq", "Not Started") == {"native", "Not Started"}
    assert found(suite, "Tasks", "status", "eq", "In Progress") == {"In Progress"}
    assert found(suite, "Tasks", "status", "in", ("Completed", "In Progress")) == {"native done", "Completed", "In Progress"}
    assert found(suite, "Tasks", "status", "ne", "Completed") == {"native", "Not Started", "In Progress"}
    for bean in beans.window(suite, MODULES["Tasks"], Reading(limit=9))[0]:
        assert bean["name"] in found(suite, "Tasks", "status", "eq", bean["status"])


def test_a_word_that_no_longer_agrees_with_whether_it_is_done_is_not_shown(suite: Actor) -> None:
    from server.services import records
    from tests.server.crm import kind, listed

    bean = beans.create(suite, MODULES["Calls"], {"name": "Ring", "status": "Not Held"})
    records.update(suite, kind("activity"), listed(suite, "activity")[0]["id"], {"done": True})
    assert beans.get(suite, MODULES["Calls"], bean["id"])["status"] == "Held"
    assert found(suite, "Calls", "status", "eq", "Held") == {"Ring"}


@pytest.mark.parametrize(
    ("operator", "value", "names"),
    [("eq", "Ann Lee", {"Ann Lee"}), ("eq", "Low", {"Low"}), ("ne", "Ann Lee", {"Bob Low", "Low"}), ("like", "%o%", {"Bob Low", "Low"})],
)
def test_people_are_found_by_their_whole_name(suite: Actor, operator: str, value: str, names: set[str]) -> None:
    made(suite, "contact", first_name="Ann", last_name="Lee")
    made(suite, "contact", first_name="Bob", last_name="Low")
    made(suite, "contact", last_name="Low")
    expected = {"Bob Low", "Low"} if (operator, value) == ("eq", "Low") else names
    assert found(suite, "Contacts", "full_name", operator, value) == expected


def test_references_are_found_by_id_by_name_and_by_there_being_none(suite: Actor) -> None:
    company = made(suite, "company", name="Maple")
    made(suite, "contact", last_name="Lee", company_id=company["id"])
    made(suite, "contact", last_name="Low")
    bean_id = beans.outside_id(company)
    assert found(suite, "Contacts", "account_id", "eq", bean_id) == found(suite, "Contacts", "account_name", "eq", "Maple") == {"Lee"}
    assert found(suite, "Contacts", "account_id", "in", (bean_id,)) == found(suite, "Contacts", "account_name", "like", "map%") == {"Lee"}
    assert found(suite, "Contacts", "account_id", "eq", "") == found(suite, "Contacts", "account_name", "eq", "") == {"Low"}
    assert found(suite, "Contacts", "account_id", "null", value=False) == {"Lee"}


def test_activities_are_found_by_their_parent(suite: Actor) -> None:
    company, contact = made(suite, "company", name="Maple"), made(suite, "contact", last_name="Lee")
    made(suite, "activity", type="note", subject="of a company", company_id=company["id"], contact_id=contact["id"])
    made(suite, "activity", type="note", subject="of a contact", contact_id=contact["id"])
    made(suite, "activity", type="note", subject="of nobody")
    assert found(suite, "Notes", "parent_type", "eq", "Accounts") == {"of a company"}
    assert found(suite, "Notes", "parent_type", "ne", "Accounts") == {"of a contact", "of nobody"}
    assert found(suite, "Notes", "parent_type", "eq", "") == found(suite, "Notes", "parent_id", "eq", "") == {"of nobody"}
    assert found(suite, "Notes", "parent_type", "eq", "Cases") == set()
    assert found(suite, "Notes", "parent_id", "eq", beans.outside_id(contact)) == {"of a company", "of a contact"}
    assert found(suite, "Notes", "parent_id", "in", (beans.outside_id(company),)) == {"of a company"}


def test_amounts_keep_their_currency_and_can_be_cleared(suite: Actor) -> None:
    made(suite, "deal", name="Big", value={"amount": "10.00", "currency": "USD"})
    module = MODULES["Opportunities"]
    bean = beans.window(suite, module, Reading())[0][0]
    assert (bean["amount"], bean["amount_usdollar"], bean["currency_name"]) == ("10.00", "10.00", "USD")
    assert beans.update(suite, module, bean["id"], {"amount": "12"})["currency_name"] == "USD"
    assert found(suite, "Opportunities", "amount", "gt", "11.5") == {"Big"}
    assert beans.update(suite, module, bean["id"], {"amount": ""})["amount"] == ""


def test_those_who_got_a_mail_are_kept_apart_by_their_role(suite: Actor) -> None:
    module = MODULES["Emails"]
    written = {"name": "Hi", "from_addr": "Ann <a@example.com>", "to_addrs": "b@example.com, c@example.com", "cc_addrs": "d@example.com"}
    bean = beans.create(suite, module, written)
    changed = beans.update(suite, module, bean["id"], {"to_addrs": "e@example.com"})
    assert [changed[name] for name in ("from_addr", "to_addrs", "cc_addrs")] == ["a@example.com", "e@example.com", "d@example.com"]
    assert [changed[name] for name in ("from_addr_name", "to_addrs_names")] == ["a@example.com", "e@example.com"]


@pytest.mark.parametrize("name", ["to_addrs", "duration_hours", "parent_name", "assigned_user_name", "currency_id"])
def test_what_cannot_be_compared_is_refused_by_name(suite: Actor, name: str) -> None:
    module = next(module for module in MODULES.values() if name in module.fields)
    with pytest.raises(Invalid, match=name):
        translate.condition(suite, module, module.fields, name, "eq", "x")
