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
from tests.server.services.suitecrm.finding import found

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


def test_amounts_keep_their_currency_and_can_be_cleared(suite: Actor) -> None:
    made(suite, "deal", name="Big", value={"amount": "10.00", "currency": "USD"})
    module = MODULES["Opportunities"]
    bean = beans.window(suite, module, Reading())[0][0]
    assert (bean["amount"], bean["amount_usdollar"], bean["currency_name"]) == ("10.00", "10.00", "USD")
    assert beans.update(suite, module, bean["id"], {"amount": "12"})["currency_name"] == "USD"
    assert found(suite, "Opportunities", "amount", "gt", "11.5") == {"Big"}
    assert beans.update(suite, module, bean["id"], {"amount": ""})["amount"] == ""


@pytest.mark.parametrize("name", ["to_addrs", "duration_hours", "parent_name", "assigned_user_name", "currency_id"])
def test_what_cannot_be_compared_is_refused_by_name(suite: Actor, name: str) -> None:
    module = next(module for module in MODULES.values() if name in module.fields)
    with pytest.raises(Invalid, match=name):
        translate.condition(suite, module, module.fields, name, "eq", "x")
