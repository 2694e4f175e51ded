"""Inbound messages over HTTP: put in, looked at, retried and discarded."""

from __future__ import annotations

from server.services.inbound.processing import process_due
from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
SOURCES = "/api/v1/inbound/sources"


def test_the_life_of_a_message(alice: Persona) -> None:
    source = alice.client.post(SOURCES, {"name": "Shop", "provider": "stripe", "secret": "whsec_whatever_it_is"}).json
    messages = f"{SOURCES}/{source['id']}/messages"
    made = alice.client.post(messages, {"body": "{broken"})
    assert (made.status, made.json["state"]) == (201, "pending")
    one = made.headers["location"]
    assert one == f"{messages}/{made.json['id']}"
    process_due()
    assert alice.client.get(one).json["last_error"] == "malformed_payload"
    assert [each["id"] for each in alice.client.get(messages, query={"state": "quarantined"}).json["data"]] == [made.json["id"]]
    assert (alice.client.post(f"{one}/retry").status, alice.client.post(f"{one}/retry").code) == (202, "not_quarantined")
    process_due()
    assert alice.client.post(f"{one}/discard").json["state"] == "discarded"
    assert alice.client.post(f"{SOURCES}/{source['id']}/quarantine/retry").json == {"count": 0}
    assert alice.client.post(f"{SOURCES}/{source['id']}/quarantine/discard").json == {"count": 0}
    assert alice.client.get(messages, query={"state": "lost"}).status == 400
