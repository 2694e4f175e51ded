"""Mail that arrived, over HTTP."""

from __future__ import annotations

from server.domain.actor import system_actor
from tests import receiving
from tests.api.appliance import Persona
from tests.receiving import mail
from tests.server.services.email.test_arrivals import with_file
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/email/inbound/messages"


def test_mail_is_listed_shown_and_its_files_are_kept_back(alice: Persona, charlie: Persona) -> None:
    actor = system_actor(alice.tenant_id)
    plain = receiving.arrived(actor, mail(subject="Plain", message_id="<2@x.test>", body="x"))
    filed = receiving.sorted_out(actor, with_file())
    assert {one["id"] for one in alice.client.get(f"{BASE}?state=done").json["data"]} >= {filed["id"]}
    one = alice.client.get(f"{BASE}/{filed['id']}")
    assert (one.status, one.json["attachments"][0]["file_name"]) == (200, "a.pdf")
    refused = alice.client.get(f"{BASE}/{filed['id']}/attachments/{one.json['attachments'][0]['number']}")
    assert (refused.status, refused.code) == (409, "attachment_not_released")
    assert alice.client.get(f"{BASE}/{filed['id']}/attachments/x").status == 409
    assert charlie.client.get(f"{BASE}/{plain}").status == 404
    assert (alice.client.post(f"{BASE}/{plain}/release").code, charlie.client.post(f"{BASE}/{plain}/release").status) == ("arrival_not_held", 404)
