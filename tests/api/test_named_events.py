"""The names that name a vendor are told of what happens at that vendor, whichever side made it, and of nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.api.appliance import Appliance, Persona
from tests.api.test_installations import install
from tests.api.test_syncs import BASE, synced
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
from tests.vendors.messages import Call
from tests.vendors.reaching import Reach
from tests.vendors.timing import VendorClock
from tests.vendors.vendor import MockVendor

TOKEN = "pat-eu1-00000000-0000-4000-8000-000000000000"


@pytest.fixture
def hubspot(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    vendor = reach(mock_vendor("hubspot", clock=VendorClock(None)))
    vendor.identity.accept(TOKEN)
    return vendor


@pytest.fixture
def salesforce(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    return reach(mock_vendor("salesforce", clock=VendorClock(None)))


def subscribed(persona: Persona, *names: str) -> dict[str, str]:
    """Return a webhook for each name."""
    url = "https://hooks.example.com/here"
    made = {name: persona.client.post("/api/v1/webhooks", {"name": name, "url": url, "events": [name]}) for name in names}
    return {name: reply.json["id"] for name, reply in made.items()}


def told(persona: Persona, hooks: dict[str, str], name: str) -> list[str]:
    """Return the types of what a webhook is owed, in the order of the alphabet."""
    return sorted(one["event_type"] for one in persona.client.get(f"/api/v1/webhooks/{hooks[name]}/deliveries").json["data"])


def test_a_contact_of_hubspot_is_told_as_such_and_one_of_ours_is_not(alice: Persona, hubspot: MockVendor) -> None:
    hooks = subscribed(alice, "HubSpotContactCreated", "LeadsPushedToCRM", "CRMIntegrationConnected", "ZapierIntegrationConnected")
    made = install(alice, "hubspot", config={"accessToken": TOKEN, "resources": ["contacts"]})
    assert told(alice, hooks, "CRMIntegrationConnected") == ["integration.connected"]
    assert told(alice, hooks, "ZapierIntegrationConnected") == []
    synced(alice, f"{BASE}/{made['id']}")
    hubspot.seed("contacts", 1)
    synced(alice, f"{BASE}/{made['id']}")
    assert told(alice, hooks, "HubSpotContactCreated") == ["contact.created"]
    alice.client.post("/api/v1/contacts", {"email": "ours@example.com"})
    assert told(alice, hooks, "HubSpotContactCreated") == ["contact.created"]
    synced(alice, f"{BASE}/{made['id']}")
    assert told(alice, hooks, "HubSpotContactCreated") == ["contact.created", "lead.pushed"]
    assert told(alice, hooks, "LeadsPushedToCRM") == ["lead.pushed"]
    install(alice, "zapier")
    assert told(alice, hooks, "ZapierIntegrationConnected") == ["integration.connected"]
    assert len(told(alice, hooks, "CRMIntegrationConnected")) == 1


def test_a_lead_of_salesforce_is_told_as_such_and_a_contact_is_not(appliance: Appliance, alice: Persona, salesforce: MockVendor) -> None:
    hooks = subscribed(alice, "SalesforceLeadCreated", "HubSpotContactCreated")
    alice.client.put("/api/v1/provider-apps/salesforce", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
    made = install(alice, "salesforce", config={"resources": ["contacts", "leads"]})
    target = urlsplit(salesforce.whole(Call("GET", made["authorize_url"], {}, b"")).headers["location"])
    assert appliance.anonymous.get(f"{target.path}?{target.query}").status == 200
    synced(alice, f"{BASE}/{made['id']}")
    salesforce.seed("Contact", 1)
    salesforce.seed("Lead", 2)  # the first of which is the person that the contact is
    synced(alice, f"{BASE}/{made['id']}")
    assert told(alice, hooks, "SalesforceLeadCreated") == ["contact.created"]
    alice.client.post("/api/v1/contacts", {"email": "lead@example.com", "last_name": "Lead", "lifecycle": "lead"})
    alice.client.post("/api/v1/contacts", {"email": "ours@example.com", "last_name": "Ours"})
    synced(alice, f"{BASE}/{made['id']}")
    assert told(alice, hooks, "SalesforceLeadCreated") == ["contact.created", "lead.pushed"]
    assert told(alice, hooks, "HubSpotContactCreated") == []
