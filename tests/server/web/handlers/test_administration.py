"""Health, settings, branding and search over HTTP, for operators alone."""

from __future__ import annotations

import pytest

from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

PATHS = ("/admin/v1/health", "/admin/v1/settings", "/admin/v1/branding", "/admin/v1/search?q=a")


def test_health_shows_every_part(operator: Client) -> None:
    found = operator.get("/admin/v1/health").json
    assert {"database", "queue", "worker", "disk", "certificate", "inbound", "master_key", "mail", "blocklists"} == {
        one["name"] for one in found["components"]
    }
    assert found["state"] in {"ok", "warning", "failing"}


def test_settings_are_masked(operator: Client, appliance: Appliance) -> None:
    found = {one["name"]: one for one in operator.get("/admin/v1/settings").json["data"]}
    assert found["limits.unauthenticated_per_minute"]["value"] == "1000000"
    assert "password" not in found["database.url"]["value"].lower()
    assert found["server.listen"]["help"]


def test_branding_is_replaced(operator: Client) -> None:
    put = operator.put("/admin/v1/branding", {"name": "Example Hosting", "links": {"Help": "https://example.com/help"}})
    assert (put.status, put.json["name"]) == (200, "Example Hosting")
    assert operator.get("/admin/v1/branding").json == put.json
    assert operator.put("/admin/v1/branding", {"colours": {"primary": "red"}}).pointers == ["/colours/primary"]
    operator.put("/admin/v1/branding", {})


def test_search_finds_a_tenant_by_its_id(operator: Client, alice: Persona) -> None:
    (found,) = operator.get("/admin/v1/search", query={"q": alice.tenant_id}).json["data"]
    assert (found["object"], found["id"]) == ("tenant", alice.tenant_id)
    assert operator.get("/admin/v1/search").status == 400


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_finds_the_address(alice: Persona, bob: Persona, charlie: Persona, appliance: Appliance, path: str) -> None:
    for one in (alice, bob, charlie):
        assert one.client.get(path).status == 404
    assert appliance.anonymous.get(path).status == 401
