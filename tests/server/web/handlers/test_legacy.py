"""The addresses of legacy access."""

from __future__ import annotations

from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

LEGACY = "/api/v1/legacy"


def test_access_is_switched_by_administrators_and_operators(alice: Persona, bob: Persona, charlie: Persona, operator: Client) -> None:
    assert alice.client.get(LEGACY).json == {"object": "legacy_access", "enabled": False}
    assert alice.client.put(LEGACY, {"enabled": True}).json["enabled"] is True
    assert bob.client.put(LEGACY, {"enabled": False}).status == bob.client.get(LEGACY).status == 403
    assert charlie.client.get(LEGACY).json["enabled"] is False
    assert operator.put(f"/admin/v1/tenants/{alice.tenant_id}/legacy", {"enabled": False}).json["enabled"] is False
    assert alice.client.put(LEGACY, {"enabled": "perhaps"}).status == 422


def test_an_application_password_is_shown_once_and_removed(appliance: Appliance, alice: Persona, charlie: Persona) -> None:
    user_id = appliance.user("ann", alice.tenant_id, "member")
    made = alice.client.post(f"{LEGACY}/passwords", {"user_id": user_id})
    assert made.status == 201
    assert made.json["password"]
    listed = alice.client.get(f"{LEGACY}/passwords")
    assert [one["id"] for one in listed.json["data"]] == [made.json["id"]]
    assert made.json["password"].encode() not in listed.body
    path = f"{LEGACY}/passwords/{made.json['id']}"
    assert charlie.client.get(f"{LEGACY}/passwords").json["data"] == []
    assert charlie.client.delete(path).status == 404
    assert charlie.client.post(f"{LEGACY}/passwords", {"user_id": user_id}).status == 422
    assert (alice.client.delete(path).status, alice.client.delete(path).status) == (204, 404)
