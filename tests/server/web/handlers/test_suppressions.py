"""Suppressions over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/email/suppressions"


def test_an_address_is_suppressed_shown_listed_and_lifted(alice: Persona, bob: Persona, charlie: Persona) -> None:
    made = alice.client.post(BASE, {"value": "Bob@Example.com"})
    assert (made.status, made.json["value"], made.json["scope"]) == (201, "bob@example.com", "tenant")
    at = f"{BASE}/{made.json['id']}"
    assert made.headers["location"].endswith(at)
    assert bob.client.get(at).json == made.json
    assert (bob.client.delete(at).status, charlie.client.get(at).status, charlie.client.delete(at).status) == (403, 404, 404)
    assert [one["id"] for one in alice.client.get(f"{BASE}?value=BOB@example.com").json["data"]] == [made.json["id"]]
    assert alice.client.get(f"{BASE}?reason=complaint").json["data"] == []
    assert (alice.client.delete(at).status, alice.client.get(at).status) == (204, 404)


def test_a_file_goes_in_and_comes_out(alice: Persona) -> None:
    taken = alice.client.send("POST", f"{BASE}/import", b"value,reason\r\nbob@example.com,complaint\r\n", {"Content-Type": "text/csv"})
    assert (taken.status, taken.json["created"]) == (200, 1)
    out = alice.client.get(f"{BASE}/export")
    assert (out.status, b"bob@example.com,address,,complaint" in out.body) == (200, True)
    (entry,) = alice.client.get(BASE).json["data"]
    waiting = alice.client.delete(f"{BASE}/{entry['id']}")
    assert (waiting.status, waiting.json["lift_requested_by"] is not None) == (202, True)
