"""The dashboard over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
STATS = "/api/v1/email/stats"


def test_figures_are_read_by_group_and_what_is_no_group_is_refused(alice: Persona) -> None:
    for by in ("day", "stream", "domain", "provider"):
        found = alice.client.get(f"{STATS}?by={by}&days=30&stream=news")
        assert (found.status, found.json["by"], found.json["total"]["sent"]) == (200, by, 0), found.body
    assert alice.client.get(f"{STATS}?by=hour").status == 400
    assert alice.client.get(f"{STATS}?days=0").status == 400
