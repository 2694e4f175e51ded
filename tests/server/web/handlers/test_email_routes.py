"""Routes of arriving mail over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/email/inbound/routes"


def test_the_life_of_a_route(alice: Persona, bob: Persona, charlie: Persona) -> None:
    made = alice.client.post(BASE, {"name": "All", "actions": [{"type": "activity"}]})
    assert (made.status, made.headers["etag"], made.json["active"]) == (201, '"1"', True)
    one = made.headers["location"]
    assert alice.client.get(BASE).json["data"] == [made.json] == [bob.client.get(one).json]
    assert (charlie.client.get(one).status, bob.client.delete(one).status) == (404, 403)
    changed = alice.client.send("PATCH", one, {"subject": "invoice", "active": False}, {"If-Match": '"1"'})
    assert (changed.status, changed.json["subject"], changed.json["active"]) == (200, "invoice", False)
    assert alice.client.send("PATCH", one, {"name": "Third"}, {"If-Match": '"1"'}).status == 412
    refused = alice.client.post(BASE, {"name": "X", "addresses": ["help@elsewhere.test"], "actions": [{"type": "activity"}]})
    assert (refused.status, refused.code, refused.pointers) == (422, "invalid_route", ["/addresses/0"])
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)
