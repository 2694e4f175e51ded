"""The API describes itself to anyone."""

from __future__ import annotations

import json

from server.web import table
from server.web.openapi import document
from tests.api.appliance import Appliance, Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_the_document_is_that_of_the_whole_table(appliance: Appliance) -> None:
    reply = appliance.anonymous.get("/openapi.json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json == json.loads(document.render(table.build().routes))
    assert "max-age" in reply.headers["cache-control"]


def test_it_is_made_once(appliance: Appliance) -> None:
    assert appliance.anonymous.get("/openapi.json").body == appliance.anonymous.get("/openapi.json").body


def test_a_tenant_reads_of_its_own_types_fields_and_endpoints(alice: Persona, charlie: Persona) -> None:
    alice.client.post("/api/v1/fields/contacts", {"name": "size", "type": "number"})
    alice.client.post("/api/v1/objects", {"name": "vehicle", "fields": [{"name": "plate", "type": "text"}]})
    alice.client.post("/api/v1/custom-endpoints", {"name": "recent", "resource": "contacts", "sort": "-created_at"})
    found = alice.client.get("/api/v1/openapi.json").json
    assert {"/api/v1/objects/vehicle", "/api/v1/custom/recent"} <= set(found["paths"])
    assert "size" in found["components"]["schemas"]["ContactCustom"]["properties"]
    theirs = charlie.client.get("/api/v1/openapi.json").json
    assert not {"/api/v1/objects/vehicle", "/api/v1/custom/recent"} & set(theirs["paths"])
