"""Clients of the legacy interface that others wrote, as they are on PyPI: all that they implement works against this appliance unmodified.

`sugarcrm` and `sugarcrm-python` both install a `sugarcrm`, a module and a package; the module is loaded from its file.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import distribution
from types import ModuleType
from typing import Any

import pytest
from sugarcrm.client import Client
from sugarcrm.exception import InvalidLogin

from server.store import database
from tests.api.appliance import Appliance
from tests.api.v4_1 import Login, login


@pytest.fixture
def person(appliance: Appliance) -> Login:
    """Return somebody with an application password in a fresh tenant."""
    database.run("DELETE FROM lockouts")
    return login(appliance)


@pytest.fixture
def client(appliance: Appliance, person: Login) -> Any:
    """Return the client of `sugarcrm-python`, signed in."""
    return Client(appliance.url, person.name, person.password)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module that `sugarcrm` installs."""
    place = str(distribution("sugarcrm").locate_file("sugarcrm.py"))
    spec = importlib.util.spec_from_file_location("sugarcrm", place)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "sugarcrm", found)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(params=["/service/v4_1/rest.php", "/legacy/service/v4_1/rest.php", "/service/v4/rest.php"])
def session(request: pytest.FixtureRequest, appliance: Appliance, person: Login, module: ModuleType) -> Any:
    """Return a session of `sugarcrm`, signed in."""
    return module.Session(appliance.url + request.param, person.name, person.password)


@pytest.mark.criterion("api-6")
def test_sugarcrm_python_reads_writes_and_counts_records(client: Any) -> None:
    made = client.set_entry("Contacts", {"First_Name": "Ann", "last_name": "Lee", "email1": "ann@example.com"})
    assert client.get_entry("Contacts", made["id"], select_fields=["last_name"])["entry_list"][0]["name_value_list"] == {
        "last_name": {"name": "last_name", "value": "Lee"}
    }
    assert client.get_entries("Contacts", made["id"])["entry_list"][0]["id"] == made["id"]
    assert client.get_entries_count("Contacts", query="contacts.last_name = 'Lee'") == {"result_count": "1"}
    found = client.get_entry_list("Contacts", query="contacts.first_name LIKE 'A%'", order_by="contacts.last_name", max_results=5)
    assert (found["result_count"], found["total_count"], found["entry_list"][0]["id"]) == (1, 1, made["id"])
    assert len(client.set_entries("Accounts", {"name": "Maple", "industry": "Banking"})["ids"]) == 1


@pytest.mark.criterion("api-6")
def test_sugarcrm_python_relates_searches_and_describes(client: Any) -> None:
    account, contact = client.set_entry("Accounts", {"name": "Maple"})["id"], client.set_entry("Contacts", {"last_name": "Lee"})["id"]
    assert client.set_relationship("Accounts", account, "contacts", [contact]) == {"created": 1, "failed": 0, "deleted": 0}
    found = client.get_relationships("Accounts", account, "contacts", "", ["last_name"], [])
    assert [one["name_value_list"]["last_name"]["value"] for one in found["entry_list"]] == ["Lee"]
    linked = client.get_entry("Contacts", contact, link_name_to_fields_array={"Accounts": ["name"]})
    assert linked["relationship_list"][0][0]["records"] == [{"name": {"name": "name", "value": "Maple"}}]
    assert client.search_by_module("Map", ["Accounts"])["entry_list"][0]["records"][0]["id"]["value"] == account
    assert "Contacts" in [one["module_key"] for one in client.get_available_modules()["modules"]]
    assert "last_name" in client.get_module_fields("Contacts")["module_fields"]


@pytest.mark.criterion("api-6")
def test_sugarcrm_python_attaches_a_file_to_a_note(client: Any) -> None:
    note, account = client.set_entry("Notes", {"name": "Note"})["id"], client.set_entry("Accounts", {"name": "Maple"})["id"]
    assert client.set_note_attachment(note, "a.txt", "YQ==") == {"id": note}
    assert client.set_note_attachment(note, "b.txt", "Yg==", account, "Accounts") == {"id": note}
    found = client.get_entry("Notes", note, select_fields=["filename", "parent_id"])["entry_list"][0]["name_value_list"]
    assert (found["filename"]["value"], found["parent_id"]["value"]) == ("b.txt", account)


@pytest.mark.criterion("api-6")
def test_sugarcrm_python_hears_of_a_wrong_password(appliance: Appliance, person: Login) -> None:
    with pytest.raises(InvalidLogin):
        Client(appliance.url, person.name, "wrong")


@pytest.mark.criterion("api-6")
def test_sugarcrm_reads_writes_and_finds_its_objects(session: Any, module: ModuleType) -> None:
    for last in ("Lee", "Low", "Other"):
        session.set_entry(module.Contact(first_name="Mylee", last_name=last, email1=f"{last}@example.com"))
    found = session.get_entry_list(module.Contact(first_name="Mylee", last_name="L%"), order_by="contacts.last_name desc")
    assert [one.last_name for one in found] == ["Low", "Lee"]
    assert session.get_entries_count(module.Contact()) == 3
    found[0].title = "Dr"
    assert session.set_entry(found[0]).id == found[0].id
    assert session.get_entry("Contacts", found[0].id).title == "Dr"
    assert [one.email1 for one in session.get_entries("Contacts", [found[1].id])] == ["lee@example.com"]
    assert session.get_entry("Contacts", "missing") is None
    assert session.get_entries("Contacts", "missing") == []
    assert "Contacts" in [one.module_key for one in session.get_available_modules()]


@pytest.mark.criterion("api-6")
def test_sugarcrm_relates_its_objects(session: Any, module: ModuleType) -> None:
    contact = session.set_entry(module.Contact(last_name="Lee"))
    deal = session.set_entry(module.Opportunity(name="Big", amount="5", date_closed="2026-12-01", sales_stage="Prospecting"))
    assert session.set_relationship(contact, deal) == {"created": 1, "failed": 0, "deleted": 0}
    read = session.get_entry("Contacts", contact.id, links={"Opportunities": ["name"]})
    assert [one.name for one in read.opportunities] == ["Big"]
    listed = session.get_entry_list(module.Contact(last_name="Lee"), links={"Opportunities": ["name"]})
    assert [one.name for one in listed[0].opportunities] == ["Big"]
    deal.sales_stage = "Closed Won"
    session.set_entry(deal)
    assert session.get_entry("Opportunities", deal.id).sales_stage == "Closed Won"
    assert session.set_relationship(contact, deal, delete=True) == {"created": 0, "failed": 0, "deleted": 1}
