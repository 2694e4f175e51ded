"""The API describes itself to anyone."""

from __future__ import annotations

import json

from server.web import table
from server.web.openapi import document
from tests.api.appliance import Appliance
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_the_document_is_that_of_the_whole_table(appliance: Appliance) -> None:
    reply = appliance.anonymous.get("/openapi.json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json == json.loads(document.render(table.build().routes))
    assert "max-age" in reply.headers["cache-control"]


def test_it_is_made_once(appliance: Appliance) -> None:
    assert appliance.anonymous.get("/openapi.json").body == appliance.anonymous.get("/openapi.json").body
