"""The whole way of OAuth as a client goes it: asking, being allowed, fetching tokens, using, refreshing and giving them back."""

from __future__ import annotations

from tests.api.appliance import Appliance
from tests.api.oauth import Browser, app, person


def test_a_person_allows_a_client_and_it_reads_for_them(appliance: Appliance) -> None:
    tenant = appliance.tenant()
    client, email, browser = app(appliance, tenant), person(tenant), Browser(appliance.anonymous)
    back = browser.allow(client, email)
    assert back["state"] == "a state / with & signs"
    assert back["iss"] == appliance.url
    reply = client.exchange(back["code"])
    assert reply.status == 200, reply.body
    assert (reply.json["token_type"], reply.json["expires_in"], reply.json["scope"]) == ("Bearer", 3600, "contacts:read")
    assert reply.headers["cache-control"] == "no-store"
    assert client.use(reply.json["access_token"]).status == 200
    assert client.use(reply.json["access_token"], "/api/v1/contacts", "POST", {"first_name": "Ada"}).status == 403
    again = client.refresh(reply.json["refresh_token"])
    assert again.status == 200, again.body
    assert client.use(again.json["access_token"]).status == 200
