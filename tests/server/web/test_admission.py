"""Who may come in at the door, and what a stranger learns there."""

from __future__ import annotations

import pytest

from tests.api.appliance import Appliance, Persona
from tests.api.problems import check_headers
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

CONTACTS = "/api/v1/contacts"


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("BREW", CONTACTS, 405),
        ("DELETE", CONTACTS, 405),
        ("OPTIONS", CONTACTS, 204),
        ("POST", CONTACTS, 401),
        ("GET", f"{CONTACTS}?surprise=1", 401),
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
    ],
)
def test_a_stranger_learns_what_is_where_and_nothing_more(appliance: Appliance, method: str, target: str, status: int) -> None:
    reply = appliance.anonymous.send(method, target, b"{" if method == "POST" else None)
    if method != "BREW":  # the parser itself does not know it
        assert reply.status == status
    check_headers(reply)


def test_what_may_not_be_done_is_refused_before_its_body_is_judged(appliance: Appliance, alice: Persona) -> None:
    narrow = appliance.persona("narrow", alice.tenant_id, scopes=("deals:read",)).client
    assert narrow.post(CONTACTS, {}).status == 403
