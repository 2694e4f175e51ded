"""Beans are our records in SuiteCRM's words: what is written comes back, the native API sees it too, and nobody else does."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Unprocessable
from server.services.suitecrm import beans, translate
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES
from tests.server.crm import listed, made, viewer

WRITTEN: dict[str, dict[str, Any]] = {
    "Accounts": {"name": "Maple", "account_type": "Customer", "phone_office": "+49 30 1", "billing_address_city": "Berlin", "email1": "a@b.example"},
    "Contacts": {"first_name": "Ann", "last_name": "Lee", "email1": "ann@example.com", "salutation": "Ms.", "do_not_call": "1"},
    "Leads": {"first_name": "Leo", "last_name": "New", "status": "Assigned", "lead_source": "Web Site", "account_name": "Maple"},
    "Opportunities": {"name": "Big", "amount": "1200.50", "sales_stage": "Prospecting", "date_closed": "2026-12-01", "probability": "40"},
    "Calls": {"name": "Ring", "date_start": "2026-11-20 12:00:00", "status": "Planned", "direction": "Inbound", "description": "hm"},
    "Meetings": {"name": "Meet", "date_start": "2026-11-20 12:00:00", "duration_hours": "1", "duration_minutes": "30", "location": "here"},
    "Tasks": {"name": "Do", "date_due": "2026-11-20 12:00:00", "status": "In Progress", "priority": "High"},
    "Notes": {"name": "Note", "description": "long"},
    "Emails": {"name": "Mail", "to_addrs": "a@example.com, b@example.com", "status": "sent"},
    "Documents": {"document_name": "Paper", "description": "thin", "category_id": "Sales"},
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_comes_back(suite: Actor, name: str) -> None:
    module = MODULES[name]
    made_one = beans.create(suite, module, WRITTEN[name])
    read = beans.get(suite, module, made_one["id"])
    assert read["id"] == str(uuid.UUID(read["id"]))
    assert {field: read[field] for field in WRITTEN[name]} == WRITTEN[name]
    assert beans.window(suite, module, Reading(limit=10)) == ([read], 1)


@pytest.mark.parametrize(
    ("module", "field", "value"),
    [("Contacts", "assigned_user_id", "nobody"), ("Leads", "account_id", "nowhere"), ("Contacts", "email1", "no address")],
)
def test_what_is_wrong_is_said_of_the_field_that_the_client_knows(suite: Actor, module: str, field: str, value: str) -> None:
    bean = beans.create(suite, MODULES[module], WRITTEN[module])
    with pytest.raises(Unprocessable) as created:
        beans.create(suite, MODULES[module], {**WRITTEN[module], field: value})
    with pytest.raises(Unprocessable) as updated:
        beans.update(suite, MODULES[module], bean["id"], {field: value})
    assert [fault.pointer for caught in (created, updated) for fault in caught.value.faults] == [field, field]


def test_a_lead_is_no_contact_and_the_native_list_shows_both(suite: Actor) -> None:
    for name in ("Contacts", "Leads"):
        beans.create(suite, MODULES[name], WRITTEN[name])
    assert [beans.count(suite, MODULES[name]) for name in ("Contacts", "Leads")] == [1, 1]
    assert sorted(one["lifecycle"] or "" for one in listed(suite, "contact")) == ["", "lead"]
    lead = next(one for one in beans.window(suite, MODULES["Leads"], Reading())[0])
    with pytest.raises(Missing):
        beans.get(suite, MODULES["Contacts"], lead["id"])


def test_a_record_made_natively_is_a_bean_and_its_changes_are_seen(suite: Actor) -> None:
    company = made(suite, "company", name="Maple")
    contact = made(suite, "contact", first_name="Ann", last_name="Lee", company_id=company["id"], owner_id=suite.id)
    bean_id = beans.outside_id(contact)
    bean = beans.get(suite, MODULES["Contacts"], bean_id)
    assert (bean["account_name"], bean["account_id"], bean["full_name"]) == ("Maple", beans.outside_id(company), "Ann Lee")
    assert (bean["assigned_user_name"], bean["deleted"], bean["date_entered"][:10]) == ("Alice", "0", contact["created_at"][:10])
    beans.update(suite, MODULES["Contacts"], bean_id, {"title": "Dr", "account_id": ""})
    after = listed(suite, "contact")[0]
    assert (after["title"], after["company_id"], after["last_name"]) == ("Dr", None, "Lee")


def test_an_id_that_the_client_brings_is_the_one_it_is_known_by(suite: Actor) -> None:
    bean_id = str(uuid.uuid4())
    assert beans.create(suite, MODULES["Accounts"], {"id": bean_id.upper(), "name": "Old"})["id"] == bean_id
    assert beans.get(suite, MODULES["Accounts"], bean_id)["name"] == "Old"
    made_one = beans.create(suite, MODULES["Contacts"], {"last_name": "Lee", "account_id": bean_id})
    assert (made_one["account_id"], made_one["account_name"]) == (bean_id, "Old")
    with pytest.raises(Conflict):
        beans.create(suite, MODULES["Accounts"], {"id": bean_id, "name": "New"})


def test_a_record_keeps_the_moment_at_which_another_system_first_had_it(suite: Actor) -> None:
    module = MODULES["Accounts"]
    old = beans.create(suite, module, {"name": "Old", "date_entered": "2019-05-06 07:08:09", "date_modified": "2019-05-06 07:08:09"})
    beans.update(suite, module, old["id"], {"name": "Older", "date_entered": "2001-01-01 00:00:00"})
    read = beans.get(suite, module, old["id"])
    assert (read["name"], read["date_entered"], read["date_modified"] > "2026") == ("Older", "2019-05-06 07:08:09", True)
    assert listed(suite, "company")[0]["created_at"] == "2019-05-06T07:08:09.000Z"
    assert beans.create(suite, module, {"name": "Early", "date_entered": "2999-01-01 00:00:00"})["date_entered"] < "2999"
    with pytest.raises(Invalid, match="moment"):
        beans.create(suite, module, {"name": "Odd", "date_entered": "long ago"})


def test_deleting_is_soft_and_a_flag_does_it_too(suite: Actor) -> None:
    module = MODULES["Accounts"]
    first, second = (beans.create(suite, module, {"name": name})["id"] for name in "ab")
    beans.remove(suite, module, first)
    assert beans.update(suite, module, second, {"deleted": 1})["deleted"] == "1"
    with pytest.raises(Missing):
        beans.get(suite, module, second)
    deleted = translate.condition(suite, module, module.fields, "deleted", "eq", "1")
    found, total = beans.window(suite, module, Reading(deleted))
    assert (total, {one["deleted"] for one in found}) == (2, {"1"})


def test_unknown_properties_and_broken_values_are_refused_and_write_nothing(suite: Actor) -> None:
    module = MODULES["Accounts"]
    for values in ({"name": "a", "nmae": "b"}, {"name": ["a"]}, {"name": "a", "phone_office": "call me"}, {}):
        with pytest.raises(Invalid):
            beans.create(suite, module, values)
    with pytest.raises(Unprocessable):
        beans.create(suite, MODULES["Contacts"], {"last_name": "a", "account_id": str(uuid.uuid4())})
    assert beans.count(suite, module) == beans.count(suite, MODULES["Contacts"]) == 0


def test_a_viewer_reads_and_another_tenant_sees_nothing(suite: Actor, charlie: Actor) -> None:
    module = MODULES["Accounts"]
    bean_id = beans.create(suite, module, {"name": "Maple"})["id"]
    assert beans.get(viewer(suite), module, bean_id)["name"] == "Maple"
    for act in (lambda: beans.update(viewer(suite), module, bean_id, {"name": "x"}), lambda: beans.remove(viewer(suite), module, bean_id)):
        with pytest.raises(Denied):
            act()
    for act in (lambda: beans.get(charlie, module, bean_id), lambda: beans.remove(charlie, module, bean_id)):
        with pytest.raises(Missing):
            act()
    assert beans.count(charlie, module) == 0


def test_users_are_read_and_never_written(suite: Actor) -> None:
    module = MODULES["Users"]
    names = {one["user_name"] for one in beans.window(suite, module, Reading(limit=10))[0]}
    assert names == {"alice@example.com", "bob@example.com", "dora@example.com"}
    assert beans.get(suite, module, "usr_bob")["is_admin"] == "0"
    with pytest.raises(Denied):
        beans.create(suite, module, {"user_name": "x"})
