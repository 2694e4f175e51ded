"""Operators' keys over HTTP."""

from __future__ import annotations

from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

BASE = "/admin/v1/operator-keys"


def test_a_key_is_shown_once_and_works_until_revoked(operator: Client, appliance: Appliance) -> None:
    made = operator.post(BASE, {"name": "Backups"})
    assert made.status == 201
    script = appliance.client(made.json["key"])
    assert script.get("/admin/v1/tenants").status == 200
    path = made.headers["location"]
    assert "key" not in operator.get(path).json
    assert made.json["id"] in [key["id"] for key in operator.get(BASE).json["data"]]
    assert operator.delete(path).status == 204
    soon(lambda: script.get("/admin/v1/tenants"), 401)
    assert operator.get(path).status == 404


def test_it_is_no_key_of_a_tenant(operator: Client) -> None:
    assert operator.get("/api/v1/contacts").status == 404
    assert operator.post(BASE, {}).pointers == ["/name"]


def test_nobody_else_finds_the_address(alice: Persona, bob: Persona, charlie: Persona) -> None:
    for one in (alice, bob, charlie):
        assert one.client.get(BASE).status == 404
        assert one.client.post(BASE, {"name": "x"}).status == 404
