"""The addresses of signing keys, as an operator calls them."""

from __future__ import annotations

from tests.api.appliance import Appliance
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_an_operator_lists_and_rotates_keys_and_no_tenant_does(appliance: Appliance) -> None:
    operator, alice = appliance.operator(), appliance.personas().alice
    made = operator.post("/admin/v1/signing-keys/rotate")
    assert made.status == 201, made.body
    assert made.json["id"] in [one["id"] for one in operator.get("/admin/v1/signing-keys").json["data"]]
    assert alice.client.get("/admin/v1/signing-keys").status == 404
