"""Relationships between records of modules."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services.suitecrm.v4_1.faults import RELATIONSHIP_NOT_SUPPORTED, Refused
from tests.server.crm import viewer
from tests.server.services.suitecrm.v4_1.calls import call, made


def related(actor: Actor, module: str, record: str, link: str, query: str = "") -> list[str]:
    """Return the ids behind a link."""
    return [one["id"] for one in call(actor, "get_relationships", module, record, link, query, ["id"], [], 0)["entry_list"]]


def test_a_link_is_known_by_its_name_and_by_its_module(suite: Actor) -> None:
    account, contact = made(suite, "Accounts", name="Maple"), made(suite, "Contacts", last_name="Lee")
    assert call(suite, "set_relationship", "Accounts", account, "Contacts", [contact]) == {"created": 1, "failed": 0, "deleted": 0}
    assert related(suite, "Accounts", account, "contacts") == related(suite, "Accounts", account, "CONTACTS") == [contact]
    assert related(suite, "Contacts", contact, "accounts") == [account]
    assert related(suite, "Accounts", account, "contacts", "contacts.last_name = 'Low'") == []
    assert call(suite, "set_relationship", "Contacts", contact, "accounts", [account], [], 1) == {"created": 0, "failed": 0, "deleted": 1}
    assert related(suite, "Accounts", account, "contacts") == []


def test_a_link_that_is_not_there_is_fault_31(suite: Actor) -> None:
    account = made(suite, "Accounts", name="Maple")
    for method, rest in (("get_relationships", ["nowhere"]), ("set_relationship", ["nowhere", [account]])):
        with pytest.raises(Refused) as caught:
            call(suite, method, "Accounts", account, *rest)
        assert caught.value.fault == RELATIONSHIP_NOT_SUPPORTED


def test_addresses_are_related_records_as_they_are_beside_an_entry(suite: Actor) -> None:
    lead = made(suite, "Leads", last_name="Lee", email1="lee@example.com", email2="home@example.com")
    found = call(suite, "get_relationships", "Leads", lead, "email_addresses", "", ["email_address", "primary_address"], [], 0)
    said = [{name: pair["value"] for name, pair in one["name_value_list"].items()} for one in found["entry_list"]]
    assert said == [{"email_address": "lee@example.com", "primary_address": "1"}, {"email_address": "home@example.com", "primary_address": "0"}]
    links = [{"name": "email_addresses", "value": ["email_address"]}]
    beside = call(suite, "get_entry", "Leads", lead, ["id"], links)["relationship_list"][0][0]["records"]
    assert [one["email_address"]["value"] for one in beside] == ["lee@example.com", "home@example.com"]


def test_a_query_over_related_records_is_as_closed_as_any(suite: Actor) -> None:
    account = made(suite, "Accounts", name="Maple")
    with pytest.raises(Denied):
        related(suite, "Accounts", account, "contacts", "1=1) OR (1=1")


def test_a_record_that_is_not_there_has_no_relationships(suite: Actor) -> None:
    with pytest.raises(Missing):
        related(suite, "Accounts", "missing", "contacts")
    assert call(suite, "set_relationship", "Accounts", "missing", "contacts", ["missing"])["failed"] == 1


def test_who_may_not_write_relates_nothing(suite: Actor) -> None:
    account, contact = made(suite, "Accounts", name="Maple"), made(suite, "Contacts", last_name="Lee")
    with pytest.raises(Denied):
        call(viewer(suite), "set_relationship", "Accounts", account, "contacts", [contact])
    assert related(viewer(suite), "Accounts", account, "contacts") == []


def test_changed_records_are_told_by_time_and_user(suite: Actor) -> None:
    mine = made(suite, "Contacts", last_name="Lee", assigned_user_id="usr_dora")
    made(suite, "Contacts", last_name="Low")
    span = ["Users", "Contacts", "2020-01-01 00:00:00", "2037-01-01 00:00:00"]
    assert call(suite, "get_modified_relationships", *span, 0, 10)["result_count"] == 2
    assert [one["id"] for one in call(suite, "get_modified_relationships", *span, 0, 10, 0, "usr_dora", ["id"])["entry_list"]] == [mine]
    assert call(suite, "get_modified_relationships", "Users", "Contacts", "2037-01-01 00:00:00")["result_count"] == 0
    with pytest.raises(Denied):
        call(suite, "get_modified_relationships", "Users", "Contacts", "some day")
