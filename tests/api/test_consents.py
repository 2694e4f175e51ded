"""Consents of vendors over HTTP: what a person is sent with, what is believed when they come back, and who shares what they gave."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.outbound import catalogue
from server.store import database, sync_states
from server.store.sync_states import State
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.api.test_installations import audience, install
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
from tests.vendors.messages import Call
from tests.vendors.reaching import Reach
from tests.vendors.vendor import MockVendor

APP = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


@pytest.fixture
def hubspot(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    return reach(mock_vendor("hubspot"))


@pytest.fixture
def pending(alice: Persona, hubspot: MockVendor) -> dict[str, Any]:
    """Return an installation of HubSpot's that waits for its consent, through an app of the tenant's own."""
    assert alice.client.put("/api/v1/provider-apps/hubspot", APP).status == 200
    return install(alice, "hubspot", name="Sales")


def agreed(vendor: MockVendor, url: str) -> str:
    """Return where the vendor sends a person back to who agrees, without the host."""
    answer = vendor.whole(Call("GET", url, {}, b""))
    target = urlsplit(answer.headers["location"])
    return f"{target.path}?{target.query}"


def state_of(persona: Persona, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = persona.client.get(f"/api/v1/installations/{made['id']}").json
    return found


def refused(reply: Reply, words: str) -> bool:
    return reply.status == 400 and words in reply.body.decode()


def test_the_address_asks_for_what_the_connector_needs(pending: dict[str, Any]) -> None:
    asked = parse_qs(urlsplit(pending["authorize_url"]).query)
    assert pending["authorize_url"].startswith("https://app.hubspot.com/oauth/authorize?")
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["redirect_uri"][0].endswith("/connect/callback")
    assert {"oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"} <= set(asked["scope"][0].split())
    assert len(asked["state"][0]) >= 43


def test_a_provider_with_pkce_is_shown_a_challenge_and_told_the_verifier(
    appliance: Appliance, alice: Persona, hubspot: MockVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**catalogue.providers(), "hubspot": replace(catalogue.provider("hubspot"), pkce=True)}
    monkeypatch.setattr(catalogue, "providers", lambda: known)
    monkeypatch.setattr(catalogue, "provider", lambda key: known[key])
    alice.client.put("/api/v1/provider-apps/hubspot", APP)
    made = install(alice, "hubspot")
    asked = parse_qs(urlsplit(made["authorize_url"]).query)
    assert appliance.anonymous.get(agreed(hubspot, made["authorize_url"])).status == 200
    token_call = next(call for call in hubspot.calls if call.path == "/oauth/2026-03/token")
    digest = hashlib.sha256(token_call.form["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == [urlsafe_b64encode(digest).rstrip(b"=").decode()]


def test_without_an_app_our_page_says_what_lacks(appliance: Appliance, alice: Persona, hubspot: MockVendor) -> None:
    made = install(alice, "hubspot")
    assert made["authorize_url"] == made["connect_url"]
    target = urlsplit(made["connect_url"])
    page = appliance.anonymous.get(f"{target.path}?{target.query}")
    assert "/connect/callback" in page.body.decode()
    assert "An administrator has to enter an app of HubSpot first" in page.body.decode()
    alice.client.put("/api/v1/provider-apps/hubspot", APP)
    page = appliance.anonymous.get(f"{target.path}?{target.query}", headers={"Cookie": page.headers["set-cookie"].partition(";")[0]})
    assert "https://app.hubspot.com/oauth/authorize?" in page.body.decode()


def test_the_page_is_branded_needs_no_script_and_names_who_asks(appliance: Appliance, alice: Persona, pending: dict[str, Any]) -> None:
    target = urlsplit(pending["connect_url"])
    page = appliance.anonymous.get(f"{target.path}?{target.query}")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    text = page.body.decode()
    assert "Junction" in text
    assert alice.client.get("/api/v1/me").json["tenant"]["name"] in text
    assert "<script" not in text


def test_an_answer_is_believed_once(appliance: Appliance, alice: Persona, hubspot: MockVendor, pending: dict[str, Any]) -> None:
    back = agreed(hubspot, pending["authorize_url"])
    assert appliance.anonymous.get(back).status == 200
    assert refused(appliance.anonymous.get(back), "was used already")
    assert hubspot.identity.token_calls == 1
    assert state_of(alice, pending)["status"] == "connected"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("state=", "state=x"), "was used already, or is too old"),
        (("code=", "iss=https%3A%2F%2Felsewhere.example&code="), "somebody else"),
        (("code=", "error=access_denied&was="), "gave no access"),
    ],
)
def test_an_answer_that_is_not_ours_changes_nothing(
    appliance: Appliance, alice: Persona, hubspot: MockVendor, pending: dict[str, Any], change: tuple[str, str], words: str
) -> None:
    back = agreed(hubspot, pending["authorize_url"]).replace(*change)
    assert refused(appliance.anonymous.get(back), words)
    assert hubspot.identity.token_calls == 0
    assert state_of(alice, pending)["status"] == "pending_authorization"


def test_a_data_centre_that_is_told_apart_from_the_token_leads_to_the_account(
    appliance: Appliance, alice: Persona, mock_vendor: MakeVendor, reach: Reach
) -> None:
    vendor = reach(mock_vendor("mailchimp"))
    assert alice.client.put("/api/v1/provider-apps/mailchimp", APP).status == 200
    made = install(alice, "mailchimp", config={"listId": audience(vendor)}, auth="oauth")
    assert appliance.anonymous.get(agreed(vendor, made["authorize_url"])).status == 200
    shown = state_of(alice, made)
    assert (shown["status"], shown["account"]["id"]) == ("connected", "acc1")
    asked = [call for call in vendor.calls if call.path == "/oauth2/metadata"]
    assert len(asked) == 1
    assert {call.host for call in vendor.calls} == {"login.mailchimp.com", "us21.api.mailchimp.com"}


def test_an_old_answer_is_refused(appliance: Appliance, hubspot: MockVendor, pending: dict[str, Any]) -> None:
    with database.transaction():
        database.run("UPDATE connector_authorizations SET expires_at = 1 WHERE installation_id = ?", (pending["id"],))
    assert refused(appliance.anonymous.get(agreed(hubspot, pending["authorize_url"])), "too old")


def test_a_consent_that_was_begun_on_our_page_ends_in_that_browser(appliance: Appliance, hubspot: MockVendor, pending: dict[str, Any]) -> None:
    target = urlsplit(pending["connect_url"])
    page = appliance.anonymous.get(f"{target.path}?{target.query}")
    back = agreed(hubspot, pending["authorize_url"])
    assert refused(appliance.anonymous.get(back), "in another browser")
    assert refused(appliance.anonymous.get(f"{target.path}?{target.query}"), "in another browser")
    mine = {"Cookie": page.headers["set-cookie"].partition(";")[0]}
    assert appliance.anonymous.get(back, headers=mine).status == 200


@pytest.mark.criterion("connectors-24")
def test_connecting_again_keeps_the_place_and_the_account(appliance: Appliance, alice: Persona, hubspot: MockVendor, pending: dict[str, Any]) -> None:
    appliance.anonymous.get(agreed(hubspot, pending["authorize_url"]))
    before = state_of(alice, pending)
    with database.transaction():
        sync_states.put(alice.tenant_id, "live", pending["id"], "contacts", State({"since": 7}, 3), 1)
        database.run("UPDATE installations SET status = 'needs_user', status_reason = 'reauthorisation_needed' WHERE id = ?", (pending["id"],))
    links = alice.client.post(f"/api/v1/installations/{pending['id']}/reauthorize").json
    assert appliance.anonymous.get(agreed(hubspot, links["authorize_url"])).status == 200
    after = state_of(alice, pending)
    assert (after["status"], after["error"], after["account"]) == ("connected", None, before["account"])
    assert len(alice.client.get("/api/v1/connector-credentials").json["data"]) == 1
    found = sync_states.find(alice.tenant_id, "live", pending["id"], "contacts")
    assert found is not None
    assert found.cursor == {"since": 7}


def test_signing_in_with_another_account_leaves_the_old_one(
    appliance: Appliance, alice: Persona, hubspot: MockVendor, pending: dict[str, Any]
) -> None:
    appliance.anonymous.get(agreed(hubspot, pending["authorize_url"]))
    credential = state_of(alice, pending)["credential_id"]
    with database.transaction():
        database.run("UPDATE installations SET account_id = 'another' WHERE id = ?", (pending["id"],))
    links = alice.client.post(f"/api/v1/installations/{pending['id']}/reauthorize").json
    assert appliance.anonymous.get(agreed(hubspot, links["authorize_url"])).status == 409
    after = state_of(alice, pending)
    assert (after["error"]["code"], after["credential_id"]) == ("wrong_account", credential)


def test_one_consent_serves_another_installation(
    appliance: Appliance, alice: Persona, charlie: Persona, hubspot: MockVendor, pending: dict[str, Any]
) -> None:
    appliance.anonymous.get(agreed(hubspot, pending["authorize_url"]))
    credential = state_of(alice, pending)["credential_id"]
    again = install(alice, "hubspot", credential_id=credential)
    assert again["error"]["code"] == "already_connected"
    assert hubspot.identity.token_calls == 1
    stolen = charlie.client.post("/api/v1/integrations/hubspot/install", {"credential_id": credential})
    assert stolen.status == 404


def test_the_secret_of_an_app_never_comes_out(alice: Persona, charlie: Persona, pending: dict[str, Any]) -> None:
    shown = alice.client.get("/api/v1/provider-apps/hubspot")
    assert (shown.json["client_id"], shown.json["has_secret"], shown.json["source"]) == (CLIENT_ID, True, "tenant")
    assert CLIENT_SECRET not in shown.body.decode()
    assert charlie.client.get("/api/v1/provider-apps/hubspot").json["client_id"] is None
    kept = alice.client.put("/api/v1/provider-apps/hubspot", {"client_id": "other"}).json
    assert (kept["client_id"], kept["has_secret"]) == ("other", True)
    assert alice.client.delete("/api/v1/provider-apps/hubspot").status == 204
    assert alice.client.delete("/api/v1/provider-apps/hubspot").status == 404


def test_an_appliances_app_serves_every_tenant_without_one(appliance: Appliance, alice: Persona, hubspot: MockVendor) -> None:
    operator = appliance.operator()
    assert operator.put("/admin/v1/provider-apps/hubspot", APP).status == 200
    assert alice.client.get("/api/v1/provider-apps/hubspot").json["source"] == "appliance"
    assert install(alice, "hubspot")["authorize_url"].startswith("https://app.hubspot.com/")
    assert operator.delete("/admin/v1/provider-apps/hubspot").status == 204


def test_uninstalling_takes_the_token_back(appliance: Appliance, alice: Persona, hubspot: MockVendor, pending: dict[str, Any]) -> None:
    appliance.anonymous.get(agreed(hubspot, pending["authorize_url"]))
    assert alice.client.delete(f"/api/v1/integrations/{pending['id']}/uninstall").status == 204
    assert alice.client.get("/api/v1/connector-credentials").json["data"] == []
    assert database.row("SELECT secrets, credential_id FROM installations WHERE id = ?", (pending["id"],)) == (None, None)
