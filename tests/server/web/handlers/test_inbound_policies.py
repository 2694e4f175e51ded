"""What a tenant does with mail that is disowned, over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/email/inbound/policy"


def test_a_policy_is_shown_replaced_and_each_tenants_own(alice: Persona, charlie: Persona) -> None:
    put = alice.client.put(BASE, {"on_reject": "refuse", "trusted_authserv_ids": ["mx.example.net"]})
    assert (put.status, put.json["own"]) == (200, ["on_reject", "trusted_authserv_ids"])
    shown = alice.client.get(BASE).json
    assert (shown["on_reject"], shown["on_quarantine"], shown["trusted_authserv_ids"]) == ("refuse", "quarantine", ["mx.example.net"])
    assert charlie.client.get(BASE).json["on_reject"] == "quarantine"
    assert alice.client.put(BASE, {"on_reject": "drop"}).status == 422
