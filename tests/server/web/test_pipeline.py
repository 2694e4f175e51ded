"""The way of a request: what is refused before what, and the headers that every answer leaves with."""

from __future__ import annotations

from server.store import database
from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

CONTACTS = "/api/v1/contacts"


def test_nothing_of_a_refused_request_is_stored(alice: Persona) -> None:
    assert alice.client.post(CONTACTS, {"external_ids": {"shop": "1"}, "company_id": "cmp_none"}).status == 422
    assert database.row("SELECT 1 FROM external_ids WHERE tenant_id = ?", (alice.tenant_id,)) is None


def test_an_unchanged_answer_has_no_body_and_keeps_its_tag(alice: Persona) -> None:
    here = f"{CONTACTS}/{alice.client.made('contacts')['id']}"
    reply = alice.client.get(here, {"If-None-Match": '"1"'})
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", '"1"')
