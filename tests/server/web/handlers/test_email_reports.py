"""Receivers' reports over HTTP: sent in as they came, read, and added up."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.domain.mail.report_texts import FORMS
from tests.server.services.email.test_signing import have
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
REPORTS = "/api/v1/email/reports"


def test_a_report_is_sent_in_and_found_again(alice: Persona, bob: Persona, charlie: Persona) -> None:
    have(alice.tenant_id, "example.test")
    sent = alice.client.send("POST", REPORTS, FORMS["gzip"], {"Content-Type": "application/gzip"})
    assert (sent.status, sent.json["repeated"], len(sent.json["reports"])) == (200, 0, 1)
    one = f"{REPORTS}/{sent.json['reports'][0]['id']}"
    assert [found["id"] for found in bob.client.get(f"{REPORTS}?kind=dmarc&domain=example.test").json["data"]] == [sent.json["reports"][0]["id"]]
    assert bob.client.get(one).json["detail"]["policy"]["p"] == "reject"
    assert charlie.client.get(one).status == 404
    assert bob.client.get(f"{REPORTS}/summary?days=400").json["reports"] == 1


def test_what_is_no_report_and_what_is_anothers_is_refused(alice: Persona, charlie: Persona) -> None:
    broken = alice.client.send("POST", REPORTS, b"<!DOCTYPE x><feedback/>", {"Content-Type": "application/xml"})
    assert (broken.status, broken.json["code"]) == (422, "report_unreadable")
    others = charlie.client.send("POST", REPORTS, FORMS["plain"], {"Content-Type": "application/xml"})
    assert (others.status, others.json["code"]) == (422, "report_of_another")
    assert alice.client.get(f"{REPORTS}?kind=other").status == 400
