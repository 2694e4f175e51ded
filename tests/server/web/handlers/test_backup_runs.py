"""Backups over HTTP: asked for and listed by operators alone."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

BASE = "/admin/v1/backups"


def test_a_backup_wants_a_passphrase_in_the_settings(operator: Client) -> None:
    refused = operator.post(BASE, None)
    assert (refused.status, refused.code) == (422, "passphrase_missing")
    assert operator.get(BASE).json["data"] == []
    assert operator.get(f"{BASE}/bkp_none").status == 404
    assert operator.get(f"{BASE}/bkp_none/content").status == 404
    assert operator.delete(f"{BASE}/bkp_none").status == 404


def test_nobody_else_finds_the_address(alice: Persona, charlie: Persona) -> None:
    for one in (alice, charlie):
        assert one.client.get(BASE).status == 404
