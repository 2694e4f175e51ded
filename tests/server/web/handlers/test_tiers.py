"""Tiers over HTTP: a change holds within a second, without a restart."""

from __future__ import annotations

from server.system import ids
from tests.api.appliance import Persona
from tests.api.client import Client, Reply
from tests.server.web.handlers.people import OVER_HTTP, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

BASE = "/admin/v1/tiers"


def test_an_edited_limit_holds_at_once(operator: Client, alice: Persona, charlie: Persona) -> None:
    name = ids.new_id("tier")
    made = operator.put(f"{BASE}/{name}", {"limits": [{"requests": 1000, "period": "hour"}], "price": {"amount": "9.90", "currency": "EUR"}})
    assert (made.status, made.headers["location"]) == (201, f"{BASE}/{name}")
    operator.patch(f"/admin/v1/tenants/{alice.tenant_id}", {"tier": name})
    soon(lambda: limited_to(alice.client, "1000"), 200)
    assert operator.put(f"{BASE}/{name}", {"limits": [{"requests": 2, "period": "hour"}]}).status == 200
    reply = soon(lambda: alice.client.get("/api/v1/contacts"), 429)
    assert int(reply.headers["retry-after"]) > 0
    assert charlie.client.get("/api/v1/contacts").status == 200
    assert operator.delete(f"{BASE}/{name}").code == "tier_in_use"
    operator.patch(f"/admin/v1/tenants/{alice.tenant_id}", {"tier": "unlimited"})
    assert operator.delete(f"{BASE}/{name}").status == 204
    assert operator.get(f"{BASE}/{name}").status == 404


def limited_to(client: Client, limit: str) -> Reply:
    """Ask until the limit is this one: the answer is then 200, else it counts as 0."""
    reply = client.get("/api/v1/me")
    return reply if reply.headers["x-ratelimit-limit"] == limit else Reply(0, reply.headers, reply.body)


def test_what_is_wrong_is_named(operator: Client) -> None:
    assert operator.put(f"{BASE}/Gold!", {"limits": []}).pointers == ["/name"]
    assert operator.put(f"{BASE}/gold", {"limits": [{"requests": 0, "period": "week"}]}).pointers == ["/limits/0/requests", "/limits/0/period"]
    assert operator.delete(f"{BASE}/standard").code == "tier_in_use"


def test_nobody_else_finds_the_address(alice: Persona, bob: Persona, charlie: Persona) -> None:
    for one in (alice, bob, charlie):
        assert one.client.get(BASE).status == 404
        assert one.client.put(f"{BASE}/gold", {"limits": []}).status == 404
