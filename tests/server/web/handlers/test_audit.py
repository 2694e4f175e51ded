"""The audit trail over HTTP."""

from __future__ import annotations

import csv
import io
import json

import pytest

from server.services import audit_chain
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


@pytest.mark.criterion("api-25")
def test_the_trail_is_downloaded_as_lines_or_as_a_table(alice: Persona, bob: Persona, charlie: Persona, operator: Client) -> None:
    made = alice.client.made("contacts", first_name="=HYPERLINK()")
    alice.client.patch(f"/api/v1/contacts/{made['id']}", {"first_name": "Ada"})
    of_it = {"object_id": made["id"]}
    lines = alice.client.get("/api/v1/audit/export", query=of_it)
    entries = [json.loads(line) for line in lines.body.splitlines()]
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert entries == alice.client.get("/api/v1/audit", query=of_it).json["data"][::-1]
    table = alice.client.get("/api/v1/audit/export", query={**of_it, "format": "csv"})
    assert table.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(table.body.decode())))
    assert [row["action"] for row in rows] == ["contact.created", "contact.updated"]
    assert json.loads(rows[1]["changes"]) == {"first_name": ["=HYPERLINK()", "Ada"]}
    assert alice.client.get("/api/v1/audit", query={"action": "audit.exported"}).json["data"][0]["changes"] == {"format": [None, "csv"]}
    assert charlie.client.get("/api/v1/audit/export", query=of_it).body == b""
    assert operator.get("/admin/v1/audit/export", query={**of_it, "tenant": alice.tenant_id}).body.count(b"\n") == 2
    assert (bob.client.get("/api/v1/audit/export").status, alice.client.get("/api/v1/audit/export?format=pdf").status) == (403, 400)


@pytest.mark.criterion("api-25")
def test_an_operator_verifies_the_chain_and_a_place_that_was_noted(alice: Persona, operator: Client) -> None:
    alice.client.made("contacts", first_name="Ada")
    audit_chain.seal_new()
    found = operator.get("/admin/v1/audit/verification").json
    assert (found["intact"], found["problems"], found["next_after"]) == (True, [], None)
    (entry,) = alice.client.get("/api/v1/audit", query={"action": "contact.created"}).json["data"]
    assert found["newest"]["sequence"] >= entry["sequence"]
    assert operator.get("/admin/v1/audit/verification", query=found["newest"]).json["intact"] is True
    assert operator.get("/admin/v1/audit/verification", query={**found["newest"], "seal": "other"}).json["intact"] is False
    assert alice.client.get("/admin/v1/audit/verification").status == 404


def test_bob_may_not_look(alice: Persona, bob: Persona, charlie: Persona) -> None:
    assert bob.client.get("/api/v1/audit").status == 403
    for one in (alice, bob, charlie):
        assert one.client.get("/admin/v1/audit").status == 404
