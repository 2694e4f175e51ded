"""Inbound sources over HTTP: made, changed, rotated, removed."""

from __future__ import annotations

from tests.api.appliance import Appliance, Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
SOURCES = "/api/v1/inbound/sources"


def test_the_life_of_a_source(alice: Persona) -> None:
    made = alice.client.post(SOURCES, {"name": "Shop", "provider": "stripe", "secret": "whsec_whatever_it_is"})
    assert (made.status, made.headers["location"], made.headers["etag"]) == (201, f"{SOURCES}/{made.json['id']}", '"1"')
    one = made.headers["location"]
    assert alice.client.get(SOURCES).json["data"] == [made.json] == [alice.client.get(one).json]
    changed = alice.client.send("PATCH", one, {"name": "Other"}, {"If-Match": '"1"'})
    assert (changed.status, changed.json["name"]) == (200, "Other")
    assert alice.client.send("PATCH", one, {"name": "Third"}, {"If-Match": '"1"'}).status == 412
    assert alice.client.post(f"{one}/rotate-secret", {"secret": "whsec_another_one"}).json["secrets"] == 2
    assert alice.client.get(f"{one}/stats").json["accepted"] == 0
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)


def test_an_operator_acts_through_the_mirror(appliance: Appliance, alice: Persona) -> None:
    mirror = f"/admin/v1/tenants/{alice.tenant_id}/inbound/sources"
    made = appliance.operator().post(mirror, {"name": "Shop", "provider": "github", "secret": "a long secret"})
    assert made.status == 201, made.body
    assert alice.client.get(f"{SOURCES}/{made.json['id']}").json["provider"] == "github"


def test_the_whole_addresses_are_told(appliance: Appliance, alice: Persona) -> None:
    made = alice.client.post(SOURCES, {"name": "Shop", "provider": "stripe", "secret": "whsec_whatever_it_is", "account": "acct_1"}).json
    assert (made["url"], made["shared_url"]) == (f"{appliance.url}/hooks/{made['id']}", f"{appliance.url}/api/webhooks/stripe")
    assert alice.client.patch(f"{SOURCES}/{made['id']}", {"account": None}).json["shared_url"] is None


def test_every_provider_is_listed(alice: Persona) -> None:
    found = alice.client.get("/api/v1/inbound/providers").json
    assert len(found["data"]) >= 30
    assert found["next_cursor"] is None


def test_what_is_wrong_is_pointed_at(alice: Persona) -> None:
    reply = alice.client.post(SOURCES, {"name": "Shop", "provider": "paypal"})
    assert (reply.status, reply.pointers) == (422, ["/parameters/webhook_id"])
    assert alice.client.post(SOURCES, {"provider": "stripe"}).pointers == ["/name"]
