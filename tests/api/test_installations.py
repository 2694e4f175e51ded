"""Installing, connecting and uninstalling over HTTP, with vendors that are stood in for by the stateful mock."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from server.services import connector_hooks, disconnecting
from server.services.inbound.processing import process_due
from server.store import database
from server.system import clock
from tests.api.appliance import Appliance, Persona
from tests.api.test_syncs import synced
from tests.installed import KEY
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
from tests.vendors.messages import Call
from tests.vendors.reaching import Reach
from tests.vendors.timing import VendorClock
from tests.vendors.vendor import MockVendor

PRIVATE = "pat-eu1-00000000-0000-0000-0000-000000000000"


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
    assert len(alice.client.events("integration.connected")) == 1


def test_a_vendor_that_calls_us_is_installed_without_any_secret(alice: Persona) -> None:
    made = install(alice, "zapier")
    assert (made["status"], made["error"]) == ("connected", None)
    assert alice.client.post(f"/api/v1/installations/{made['id']}/test").json["account"]["name"] == "Zapier, which calls this appliance"


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


def told(vendor: MockVendor, made: dict[str, Any], **form: str) -> Any:
    """Return what Mailchimp posts to the address that it was given, as `(path, body)`."""
    hook = next(iter(vendor.store["webhooks"].live()))
    target = urlsplit(str(hook.values["url"]))
    assert target.path == f"/hooks/{made['id']}"
    return f"{target.path}?{target.query}", urlencode(form).encode()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.criterion("connectors-9")
def test_what_a_vendor_tells_is_read_anew_and_a_forgery_is_refused(alice: Persona, appliance: Appliance, mailchimp: MockVendor) -> None:
    made = install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    member = mailchimp.seed("members", 1)[0]
    target, body = told(mailchimp, made, **{"type": "subscribe", "fired_at": "2026-11-20 12:00:00", "data[email]": member.values["email_address"]})
    forged = appliance.anonymous.send("POST", target.partition("?")[0] + "?token=guessed", body, FORM)
    assert (forged.status, forged.code) == (401, "signature_mismatch")
    assert appliance.anonymous.send("POST", target, body, FORM).status == 200
    assert appliance.anonymous.send("POST", target, body, FORM).status == 200
    process_due(installed=connector_hooks.take)
    contacts = alice.client.get("/api/v1/contacts").json["data"]
    assert [one["email"] for one in contacts] == [member.values["email_address"]]
    found = alice.client.get(f"/api/v1/installations/{made['id']}/status").json
    assert (found["hook"]["health"], found["usage"]["created"]) == ("ok", 1)
    assert found["last_event_at"] is not None


@pytest.mark.criterion("connectors-24")
def test_uninstalling_leaves_nothing_at_the_vendor(alice: Persona, mailchimp: MockVendor) -> None:
    made = install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    assert len(mailchimp.store["webhooks"].live()) == 1
    assert alice.client.delete("/api/v1/integrations/mailchimp/uninstall").status == 204
    assert mailchimp.store["webhooks"].live() == []
    assert alice.client.get(f"/api/v1/installations/{made['id']}").status == 404
    assert alice.client.get("/api/v1/integrations/mailchimp/status").status == 404
    assert len(alice.client.events("integration.disconnected")) == 1


def test_a_vendor_that_is_away_is_told_later(alice: Persona, mailchimp: MockVendor) -> None:
    install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    mailchimp.faults.play("error_500", times=20)
    assert alice.client.delete("/api/v1/integrations/mailchimp/uninstall").status == 204
    assert len(mailchimp.store["webhooks"].live()) == 1
    mailchimp.faults.cards.clear()
    with database.transaction():
        database.run("UPDATE breakers SET open_until = 0, failures = 0")
        database.run("UPDATE installations SET updated_at = 0 WHERE status = 'removing'")
    assert disconnecting.sweep(lambda: False) == 1
    assert mailchimp.store["webhooks"].live() == []


def test_an_installation_is_its_tenants_alone(alice: Persona, charlie: Persona, mailchimp: MockVendor) -> None:
    made = install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    for path in ("", "/status", "/errors"):
        assert charlie.client.get(f"/api/v1/installations/{made['id']}{path}").status == 404
    assert charlie.client.delete(f"/api/v1/integrations/{made['id']}/uninstall").status == 404
    assert charlie.client.get(f"/api/v1/integrations/{made['id']}/status").status == 404


def test_what_cannot_be_connected_says_why_and_can_be_mended(alice: Persona, mailchimp: MockVendor) -> None:
    config = {"apiKey": "0" * 32 + "-us21", "listId": audience(mailchimp)}
    made = install(alice, "mailchimp", config=config)
    assert (made["status"], made["error"]["code"]) == ("needs_user", "invalid_credential")
    assert made["error"]["remedy"]
    mended = alice.client.patch(f"/api/v1/installations/{made['id']}", {"config": {"apiKey": KEY}}).json
    assert (mended["status"], mended["error"]) == ("connected", None)
    assert [one["type"] for one in alice.client.events("integration.*", 2)] == ["integration.failed", "integration.connected"]


@pytest.mark.criterion("connectors-24")
@pytest.mark.parametrize(("purge", "created"), [("", 0), ("?purge=true", 1)])
def test_what_is_known_of_an_account_is_taken_up_when_it_is_installed_again_unless_it_was_purged(
    alice: Persona, mock_vendor: MakeVendor, reach: Reach, purge: str, created: int
) -> None:
    """A record that nothing but its id at the vendor tells from others shows whether it is known again."""
    hubspot = reach(mock_vendor("hubspot", clock=VendorClock(clock.now_ms() - 60_000)))
    hubspot.identity.accept(PRIVATE)
    nameless = hubspot.store["contacts"].create({"firstname": "No", "lastname": "Address"})
    gone = hubspot.store["contacts"].create({"firstname": "Soon", "lastname": "Gone"})
    config = {"accessToken": PRIVATE, "resources": ["contacts"]}
    first = install(alice, "hubspot", config=config)
    assert synced(alice, f"/api/v1/installations/{first['id']}")["counts"]["created"] == 2
    assert alice.client.delete(f"/api/v1/installations/{first['id']}{purge}").status == 204
    hubspot.store["contacts"].delete(gone.id)
    again = install(alice, "hubspot", config=config)
    counts = synced(alice, f"/api/v1/installations/{again['id']}")["counts"]
    assert (counts["created"], counts["unchanged"], counts["deleted"]) == (created, 1 - created, 1 - created)
    hubspot.clock.advance(60_000)
    hubspot.store["contacts"].change(nameless.id, {"firstname": "Renamed"})
    assert synced(alice, f"/api/v1/installations/{again['id']}")["counts"]["updated"] == 1
    names = [one["first_name"] for one in alice.client.get("/api/v1/contacts").json["data"]]
    assert names.count("Renamed") == 1
    assert len(names) == 1 + 2 * created
