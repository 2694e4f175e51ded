"""The daily report over HTTP: whether, when and to whom, and what it would say."""

from __future__ import annotations

from tests.api.appliance import Appliance, Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/email/daily-report"


def test_a_report_is_shown_chosen_declined_and_each_tenants_own(alice: Persona, charlie: Persona) -> None:
    assert alice.client.get(BASE).json["hour"] == 7
    put = alice.client.put(BASE, {"hour": 18, "timezone": "Europe/Berlin", "language": "fr"})
    assert (put.status, put.json["hour"], put.json["timezone"], put.json["language"]) == (200, 18, "Europe/Berlin", "fr")
    assert charlie.client.get(BASE).json["hour"] == 7
    assert alice.client.put(BASE, {"timezone": "Europe/Atlantis"}).status == 422
    assert alice.client.put(BASE, {"hour": 24}).status == 422
    shown = alice.client.get(f"{BASE}/preview").json
    assert shown["changes"] == []
    assert shown["text"]


def test_a_person_declines_for_himself_and_nobody_else(alice: Persona, bob: Persona, appliance: Appliance) -> None:
    dora = appliance.persona("dora", alice.tenant_id, "admin").client
    before = alice.client.get(BASE).json["recipients"]
    declined = dora.put(f"{BASE}/wish", {"wanted": False})
    assert (declined.status, declined.json["wanted"], len(before) - len(declined.json["recipients"])) == (200, False, 1)
    assert dora.put(f"{BASE}/wish", {"wanted": True}).json["recipients"] == before
    refused = alice.client.put(f"{BASE}/wish", {"wanted": False})
    assert (refused.status, refused.json["code"]) == (403, "session_needed"), "the key is the tenant's, and nobody's"
    assert bob.client.put(f"{BASE}/wish", {"wanted": False}).status == 403
