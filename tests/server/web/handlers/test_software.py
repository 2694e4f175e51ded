"""The appliance as software over HTTP."""

from __future__ import annotations

from server.system.version import VERSION
from tests.api.appliance import Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_an_operator_is_told_what_runs(operator: Client) -> None:
    assert operator.get("/admin/v1/appliance").json["version"] == VERSION
    assert "aiohttp" in [one["name"] for one in operator.get("/admin/v1/licences").json["data"]]
    assert operator.get("/admin/v1/blocklists").json["data"] == []


def test_a_tenant_finds_none_of_it(alice: Persona) -> None:
    for path in ("appliance", "licences", "blocklists"):
        assert alice.client.get(f"/admin/v1/{path}").status == 404
