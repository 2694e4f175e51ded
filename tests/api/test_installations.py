"""Installing, connecting and uninstalling over HTTP, with vendors that are stood in for by the stateful mock."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.appliance import Appliance, Persona
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
from tests.vendors.messages import Call
from tests.vendors.reaching import Reach
from tests.vendors.vendor import MockVendor

KEY = "0123456789abcdef0123456789abcdef-us21"


@pytest.fixture
def mailchimp(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    """Return a Mailchimp that knows the key, with one audience."""
    vendor = reach(mock_vendor("mailchimp"))
    vendor.identity.accept(KEY)
    return vendor


@pytest.fixture
def hubspot(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    return reach(mock_vendor("hubspot"))


def install(persona: Persona, key: str, **body: Any) -> dict[str, Any]:
    reply = persona.client.post(f"/api/v1/integrations/{key}/install", body)
    assert reply.status == 201, reply.body
    found: dict[str, Any] = reply.json
    return found


def audience(vendor: MockVendor) -> str:
    return str(next(iter(vendor.store["lists"].rows)))


def test_a_key_installs_a_connector_and_its_vendor_is_asked_to_call_us(alice: Persona, mailchimp: MockVendor) -> None:
    config = {"apiKey": KEY, "listId": audience(mailchimp), "syncInterval": 900, "mappings": {"first_name": "merge_fields.FNAME"}}
    made = install(alice, "mailchimp", name="Newsletter", config=config, permissions=["contacts.read", "contacts.write"])
    assert (made["status"], made["error"]) == ("connected", None)
    assert made["account"] == {"id": "acc1", "name": "Example Ltd"}
    assert made["config"]["apiKey"] == "********"
    assert (made["config"]["syncInterval"], made["config"]["mappings"]) == (900, {"members": {"first_name": "merge_fields.FNAME"}})
    assert made["permissions"] == ["contacts:read", "contacts:write"]
    status = alice.client.get("/api/v1/integrations/mailchimp/status").json
    assert [one["state"] for one in status["subscriptions"]] == ["active"]
    assert status["hook"]["has_secret"]
    events = [one["type"] for one in alice.client.get("/api/v1/events?type=integration.connected").json["data"]]
    assert events == ["integration.connected"]


def connected_hubspot(appliance: Appliance, persona: Persona, vendor: MockVendor, **body: Any) -> dict[str, Any]:
    """Install HubSpot, and give the consent as a person's browser does."""
    persona.client.put("/api/v1/provider-apps/hubspot", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
    made = install(persona, "hubspot", **body)
    assert made["status"] == "pending_authorization"
    answer = vendor.whole(Call("GET", made["authorize_url"], {}, b""))
    target = urlsplit(answer.headers["location"])
    assert appliance.anonymous.get(f"{target.path}?{target.query}").status == 200
    found: dict[str, Any] = alice_sees(persona, made["id"])
    return found


def alice_sees(persona: Persona, installation_id: str) -> dict[str, Any]:
    found: dict[str, Any] = persona.client.get(f"/api/v1/installations/{installation_id}").json
    return found


def test_a_consent_connects_an_installation_once(appliance: Appliance, alice: Persona, hubspot: MockVendor) -> None:
    found = connected_hubspot(appliance, alice, hubspot)
    assert (found["status"], found["error"]) == ("connected", None)
    credentials = alice.client.get("/api/v1/connector-credentials").json["data"]
    assert [one["installations"] for one in credentials] == [[found["id"]]]
    assert "token" not in str(credentials)
