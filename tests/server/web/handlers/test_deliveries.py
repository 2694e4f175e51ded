"""Deliveries over HTTP: what a webhook is owed, sending again, and a sample."""

from __future__ import annotations

from typing import Any

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def webhook(owner: Persona) -> str:
    body = {"name": "Orders", "url": "https://nowhere.invalid/hooks", "events": ["contact.*"]}
    return f"/api/v1/webhooks/{owner.client.post('/api/v1/webhooks', body).json['id']}"


def only(owner: Persona, path: str, **query: Any) -> dict[str, Any]:
    (found,) = owner.client.get(path, query=query).json["data"]
    return dict(found)


def test_a_created_contact_is_owed_to_its_webhook(alice: Persona) -> None:
    path = webhook(alice)
    alice.client.post("/api/v1/contacts", {"first_name": "Ada"})
    delivery = only(alice, f"{path}/deliveries")
    assert (delivery["state"], delivery["event_type"]) == ("pending", "contact.created")
    assert alice.client.get(f"{path}/deliveries/{delivery['id']}").json == delivery == only(alice, f"{path}/logs")
    assert alice.client.get(f"{path}/deliveries/{delivery['id']}/attempts").json["data"] == []
    stats = alice.client.get(f"{path}/stats").json
    assert (stats["accepted"], stats["pending"], stats["delivered"]) == (1, 1, 0)
    assert alice.client.get(f"{path}/deliveries", query={"state": "dead"}).json["data"] == []
    assert alice.client.get(f"{path}/deliveries", query={"state": "lost"}).status == 400
    assert alice.client.get(f"{path}/deliveries", query={"since": "soon"}).status == 400


def test_one_delivery_and_many_are_sent_again(alice: Persona) -> None:
    path = webhook(alice)
    alice.client.post("/api/v1/contacts", {"first_name": "Ada"})
    delivery = only(alice, f"{path}/deliveries")
    assert alice.client.post(f"{path}/deliveries/{delivery['id']}/replay").status == 202
    reply = alice.client.post(f"{path}/replay", {"since": "2026-01-01T00:00:00Z", "status": "dead"})
    assert (reply.status, reply.headers["location"]) == (202, f"/api/v1/jobs/{reply.json['id']}")
    assert alice.client.get(reply.headers["location"]).json["kind"] == "replay"
    assert alice.client.post(f"{path}/replay", {"since": "yesterday"}).pointers == ["/since"]
    assert alice.client.post(f"{path}/replay", {}).status == 422


def test_a_sample_is_sent_to_one_webhook(alice: Persona) -> None:
    path, other = webhook(alice), webhook(alice)
    reply = alice.client.post(f"{path}/test", {"event_type": "deal.created"})
    assert (reply.status, reply.json["event_type"]) == (202, "deal.created")
    assert alice.client.get(reply.headers["location"]).json["id"] == reply.json["id"]
    assert alice.client.get(f"{other}/deliveries").json["data"] == []
    assert alice.client.post(f"{path}/test").status == 202
    assert alice.client.post(f"{path}/test", {"event_type": "deal.*"}).status == 422


def test_what_all_webhooks_are_owed_is_one_list_of_ones_own(alice: Persona, charlie: Persona) -> None:
    paths = {webhook(alice), webhook(alice)}
    alice.client.post("/api/v1/contacts", {"first_name": "Ada"})
    found = alice.client.get("/api/v1/webhook-deliveries").json["data"]
    assert {f"/api/v1/webhooks/{one['webhook_id']}" for one in found} == paths
    one = found[0]["webhook_id"]
    assert only(alice, "/api/v1/webhook-deliveries", webhook_id=one, state="pending", event_type="contact.created") == found[0]
    assert charlie.client.get("/api/v1/webhook-deliveries").json["data"] == []
    assert charlie.client.get("/api/v1/webhook-deliveries", query={"webhook_id": one}).status == 404


def test_bob_looks_and_charlie_finds_nothing(alice: Persona, bob: Persona, charlie: Persona) -> None:
    path = webhook(alice)
    alice.client.post("/api/v1/contacts", {"first_name": "Ada"})
    delivery = only(bob, f"{path}/deliveries")
    one = f"{path}/deliveries/{delivery['id']}"
    assert bob.client.post(f"{one}/replay").status == 403
    for address in (f"{path}/deliveries", one, f"{one}/attempts", f"{path}/stats", f"{path}/logs"):
        assert charlie.client.get(address).status == 404
    assert charlie.client.post(f"{one}/replay").status == charlie.client.post(f"{path}/test").status == 404
