"""Custom endpoints over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.api.problems import check_problem
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/custom-endpoints"
LARGE = {
    "name": "large",
    "resource": "deals",
    "filter": {"value": {"gte": "{least}"}},
    "sort": "-value",
    "parameters": [{"name": "least", "type": "number", "required": True}],
}


def test_a_question_is_published_called_changed_and_taken_back(alice: Persona, bob: Persona, charlie: Persona) -> None:
    for amount in ("1.00", "20.00", "300.00"):
        alice.client.made("deals", name=amount, value={"amount": amount, "currency": "EUR"})
    made = alice.client.post(BASE, LARGE)
    assert (made.status, made.headers["location"]) == (201, f"{BASE}/large")
    found = bob.client.get("/api/v1/custom/large?least=10&limit=1")
    assert [one["name"] for one in found.json["data"]] == ["300.00"]
    following = found.headers["link"].partition(">")[0].removeprefix("<")
    assert [one["name"] for one in bob.client.get(following).json["data"]] == ["20.00"]
    assert (bob.client.post(BASE, LARGE).status, charlie.client.get("/api/v1/custom/large?least=1").status) == (403, 404)
    question = {name: value for name, value in LARGE.items() if name != "name"} | {"sort": "value"}
    assert alice.client.put(f"{BASE}/large", question, {"If-Match": '"7"'}).status == 412
    assert alice.client.put(f"{BASE}/large", question, {"If-Match": made.headers["etag"]}).json["sort"] == "value"
    assert alice.client.delete(f"{BASE}/large").status == 204
    assert alice.client.get("/api/v1/custom/large?least=1").status == 404


def test_what_is_wrong_is_named(alice: Persona) -> None:
    alice.client.post(BASE, LARGE)
    for query, code in (
        ("", "missing"),
        ("?least=much", "invalid_parameter"),
        ("?least=1&most=2", "unknown_parameter"),
        ("?least=1&limit=x", "malformed_limit"),
    ):
        reply = alice.client.get(f"/api/v1/custom/large{query}")
        check_problem(reply)
        assert (reply.status, reply.json["errors"][0]["code"]) == (400, code)
