"""The audit trail over HTTP."""

from __future__ import annotations

from server.system import ids
from tests.api.appliance import Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_a_change_is_in_the_trail_with_its_request(alice: Persona, charlie: Persona, operator: Client) -> None:
    request_id = ids.new_id("mine")
    made = alice.client.post("/api/v1/contacts", {"first_name": "Ada"}, {"X-Request-Id": request_id}).json
    (entry,) = alice.client.get("/api/v1/audit", query={"request_id": request_id}).json["data"]
    assert (entry["action"], entry["target"]["id"], entry["actor"]["id"]) == ("contact.created", made["id"], alice.actor.id)
    assert entry["address"] == "127.0.0.1"
    assert charlie.client.get("/api/v1/audit", query={"request_id": request_id}).json["data"] == []
    assert operator.get("/admin/v1/audit", query={"tenant": alice.tenant_id, "request_id": request_id}).json["data"] == [entry]
    assert operator.get(f"/admin/v1/tenants/{alice.tenant_id}/audit", query={"object_id": made["id"]}).json["data"] == [entry]


def test_what_an_operator_does_in_a_tenant_is_in_that_tenants_trail(alice: Persona, operator: Client) -> None:
    made = operator.post(f"/admin/v1/tenants/{alice.tenant_id}/contacts", {"first_name": "Ada"}).json
    (entry,) = alice.client.get("/api/v1/audit", query={"object_id": made["id"]}).json["data"]
    assert entry["actor"]["kind"] == "operator"


def test_pages_go_on_and_forged_cursors_do_not(alice: Persona) -> None:
    for name in ("one", "two"):
        alice.client.made("contacts", first_name=name)
    page = alice.client.get("/api/v1/audit", query={"action": "contact.created", "limit": 1}).json
    rest = alice.client.get("/api/v1/audit", query={"action": "contact.created", "limit": 1, "cursor": page["next_cursor"]}).json
    assert rest["next_cursor"] is None
    assert alice.client.get("/api/v1/audit", query={"cursor": "1"}).code == "invalid_cursor"
    assert alice.client.get("/api/v1/audit", query={"cursor": page["next_cursor"]}).code == "invalid_cursor"


def test_bob_may_not_look(alice: Persona, bob: Persona, charlie: Persona) -> None:
    assert bob.client.get("/api/v1/audit").status == 403
    for one in (alice, bob, charlie):
        assert one.client.get("/admin/v1/audit").status == 404
