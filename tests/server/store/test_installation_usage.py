"""Figures of use are added up by day, each tenant's alone."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, installation_usage


def test_figures_add_up_since_a_day(alice: Actor, charlie: Actor) -> None:
    place = (alice.tenant_id, alice.mode, "ins_1")
    with database.transaction():
        installation_usage.add(*place, "2026-11-19", {"read": 5})
        installation_usage.add(*place, "2026-11-20", {"read": 2, "created": 1, "failed": 0})
        installation_usage.add(*place, "2026-11-20", {"read": 3})
    assert installation_usage.totals(*place, "2026-11-20") == {"read": 5, "created": 1}
    assert installation_usage.totals(*place, "2026-11-01") == {"read": 10, "created": 1}
    assert installation_usage.totals(charlie.tenant_id, "live", "ins_1", "2026-11-01") == {}
