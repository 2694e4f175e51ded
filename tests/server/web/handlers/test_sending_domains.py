"""Sending domains over HTTP: added, changed, checked, rotated, removed."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.peers.nsd import NameServer
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
DOMAINS = "/api/v1/email/domains"


def test_the_life_of_a_domain(alice: Persona, bob: Persona, charlie: Persona, name_server: NameServer) -> None:
    name_server.serve({"example.test": "", "test": ""})
    made = alice.client.post(DOMAINS, {"name": "Example.test"})
    one = f"{DOMAINS}/{made.json['id']}"
    assert (made.status, made.headers["location"], made.json["name"], made.json["sendable"]) == (201, one, "example.test", False)
    assert alice.client.get(DOMAINS).json["data"] == [made.json] == [bob.client.get(one).json]
    assert charlie.client.get(one).status == charlie.client.post(f"{one}/check", None).status == 404
    assert bob.client.post(f"{one}/check", None).status == 403
    checked = alice.client.post(f"{one}/check", None)
    assert checked.status == 200
    assert {finding["check"] for finding in checked.json["findings"]} >= {"ownership", "dkim", "spf", "dmarc"}
    assert alice.client.post(f"{one}/dkim/rotate", None).status == 409
    assert alice.client.send("PATCH", one, {"tracking": "links.example.test"}, {"If-Match": '"7"'}).status == 412
    assert alice.client.patch(one, {"tracking": "links.example.test"}).json["tracking"] == "links.example.test"
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)


def test_what_is_wrong_is_pointed_at(alice: Persona) -> None:
    reply = alice.client.post(DOMAINS, {"name": "example.test", "return_path": "bounce.other.test"})
    assert (reply.status, reply.pointers) == (422, ["/return_path"])
    assert alice.client.post(DOMAINS, {"name": "not a name"}).status == 422


def test_no_answer_ever_holds_a_private_key(alice: Persona) -> None:
    made = alice.client.post(DOMAINS, {"name": "secret.test"})
    assert set(made.json["dkim"][0]) == {"id", "selector", "algorithm", "state", "record", "created_at", "activated_at", "replaced_at"}
