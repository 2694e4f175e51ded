"""Links between the records of a CRM over HTTP: HubSpot's associations and Salesforce's references arrive, and those made here leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.appliance import Persona
from tests.api.test_syncs import BASE, synced
from tests.vendors.fixtures import MakeVendor
from tests.vendors.reaching import Reach
from tests.vendors.vendor import MockVendor

TOKEN = "pat-eu1-00000000-0000-4000-8000-000000000000"


@pytest.fixture
def hubspot(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    """Return a HubSpot with a company, a person who works there and a deal with both."""
    vendor = reach(mock_vendor("hubspot"))
    vendor.identity.accept(TOKEN)
    for name in ("companies", "contacts", "deals"):
        vendor.seed(name, 2)
    bind(vendor, "contacts", "1", "companies", "1")
    bind(vendor, "deals", "1", "companies", "2")
    bind(vendor, "deals", "1", "contacts", "1")
    vendor.clock.advance(600_000)
    return vendor


@pytest.fixture
def installed(alice: Persona, hubspot: MockVendor) -> str:
    """Return the address of an installation of it."""
    reply = alice.client.post("/api/v1/integrations/hubspot/install", {"config": {"accessToken": TOKEN}, "auth": "token"})
    assert (reply.status, reply.json["error"]) == (201, None), reply.body
    assert hubspot.calls
    return f"{BASE}/{reply.json['id']}"


def bind(vendor: MockVendor, name: str, row_id: str, noun: str, other: str) -> None:
    vendor.personality.bind(name, row_id, noun, other, set())  # type: ignore[attr-defined]


def led(vendor: MockVendor, name: str, row_id: str, noun: str) -> list[str]:
    found: list[str] = vendor.personality.leading(name, row_id, noun)  # type: ignore[attr-defined]
    return found


def named(alice: Persona, plural: str, field: str) -> dict[str, dict[str, Any]]:
    return {one[field]: one for one in alice.client.get(f"/api/v1/{plural}").json["data"]}


def test_associations_come_as_links_and_are_left_alone(alice: Persona, hubspot: MockVendor, installed: str) -> None:
    found = synced(alice, installed)
    assert (found["state"], found["error"], found["counts"]["linked"], found["counts"]["awaited"]) == ("succeeded", None, 3, 0)
    companies, contacts, deals = named(alice, "companies", "domain"), named(alice, "contacts", "email"), named(alice, "deals", "name")
    ada = next(iter(hubspot.store["contacts"].rows.values())).values["email"]
    assert contacts[ada]["company_id"] == companies["company0.example"]["id"]
    assert (deals["Deal 0"]["company_id"], deals["Deal 0"]["contact_id"]) == (companies["company1.example"]["id"], contacts[ada]["id"])
    assert (deals["Deal 1"]["company_id"], deals["Deal 1"]["contact_id"]) == (None, None)
    for _ in range(2):
        again = synced(alice, installed, body={"mode": "full"})
        assert {name: count for name, count in again["counts"].items() if count} == {"read": 6, "unchanged": 6}
    assert [call for call in hubspot.calls if call.method in ("PUT", "PATCH", "DELETE")] == []


def test_a_page_of_deals_takes_one_question_for_each_noun(alice: Persona, hubspot: MockVendor, installed: str) -> None:
    hubspot.seed("deals", 150, start=2)
    hubspot.clock.advance(600_000)
    synced(alice, installed)
    assert len(hubspot.asked("POST", "/crm/v4/associations/deals/")) == 2
    assert hubspot.asked("POST", "/crm/v4/associations/contacts/") == []


def test_links_that_are_made_moved_and_ended_here_are_so_there(alice: Persona, hubspot: MockVendor, installed: str) -> None:
    synced(alice, installed)
    companies = named(alice, "companies", "domain")
    contact = next(one for one in named(alice, "contacts", "email").values() if one["company_id"] is None)
    for domain, there in (("company0.example", ["1"]), ("company1.example", ["2"]), (None, [])):
        changed = alice.client.patch(f"/api/v1/contacts/{contact['id']}", {"company_id": domain and companies[domain]["id"]})
        assert changed.status == 200, changed.body
        hubspot.clock.advance(600_000)
        assert synced(alice, installed)["counts"]["sent_updated"] == 1
        assert led(hubspot, "contacts", "2", "companies") == there
    hubspot.clock.advance(600_000)
    assert synced(alice, installed)["counts"]["sent_updated"] == 0


def test_a_new_deal_is_made_with_its_company_which_is_made_before_it(alice: Persona, hubspot: MockVendor, installed: str) -> None:
    synced(alice, installed)
    company = alice.client.post("/api/v1/companies", {"name": "Looms Ltd", "domain": "looms.example"}).json
    contact = alice.client.post("/api/v1/contacts", {"email": "bea@looms.example", "company_id": company["id"]}).json
    alice.client.post("/api/v1/deals", {"name": "Loom", "company_id": company["id"], "contact_id": contact["id"]})
    hubspot.clock.advance(600_000)
    found = synced(alice, installed)
    assert (found["error"], found["counts"]["sent_created"]) == (None, 3)
    deal = next(row for row in hubspot.store["deals"].live() if row.values["dealname"] == "Loom")
    (company_there,), (contact_there,) = led(hubspot, "deals", deal.id, "companies"), led(hubspot, "deals", deal.id, "contacts")
    assert hubspot.store["companies"].rows[company_there].values["domain"] == "looms.example"
    assert led(hubspot, "contacts", contact_there, "companies") == [company_there]
    sent = b"".join(call.body for call in hubspot.calls)
    assert not [one["id"] for one in (company, contact) if one["id"].encode() in sent]
