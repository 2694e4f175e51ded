"""The addresses of clients."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

CLIENTS = "/api/v1/clients"
REGISTRATION = "/api/v1/client-registration"
SHOP = {"name": "Shop", "grant_types": ["client_credentials"], "scopes": ["contacts:read"]}


def test_a_client_is_made_read_changed_and_removed(alice: Persona, charlie: Persona) -> None:
    made = alice.client.post(CLIENTS, SHOP)
    path = f"{CLIENTS}/{made.json['id']}"
    assert (made.status, made.headers["location"], made.headers["etag"]) == (201, path, '"1"')
    assert alice.client.get(path).json["name"] == "Shop"
    assert alice.client.patch(path, {"name": "Web"}, {"If-Match": '"1"'}).json["version"] == 2
    assert alice.client.post(f"{path}/rotate-secret").json["client_secret"] != made.json["client_secret"]
    assert [one["id"] for one in alice.client.get(CLIENTS).json["data"]] == [made.json["id"]]
    assert charlie.client.get(path).status == charlie.client.delete(path).status == 404
    assert alice.client.delete(path).status == 204
    assert alice.client.get(CLIENTS).json["data"] == []


def test_registration_is_switched_and_handed_out(alice: Persona, bob: Persona) -> None:
    assert alice.client.get(REGISTRATION).json["open"] is False
    assert alice.client.put(REGISTRATION, {"open": True}).json["open"] is True
    token = alice.client.post(f"{REGISTRATION}/tokens")
    assert (token.status, token.json["object"]) == (201, "initial_access_token")
    assert bob.client.put(REGISTRATION, {"open": True}).status == 403
