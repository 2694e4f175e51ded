"""Addresses that lead to routes."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, email_routes


def test_an_address_leads_to_one_route_until_that_lets_it_go(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        assert email_routes.set_addresses(alice.tenant_id, alice.mode, "rte_1", ["a@example.com", "b@example.com"]) == []
        assert email_routes.set_addresses(charlie.tenant_id, charlie.mode, "rte_2", ["a@example.com"]) == ["a@example.com"]
        assert email_routes.set_addresses(alice.tenant_id, alice.mode, "rte_1", ["b@example.com"]) == []
    assert email_routes.leading(["a@example.com", "b@example.com"]) == {"b@example.com": (alice.tenant_id, alice.mode, "rte_1")}
    assert email_routes.leading([]) == {}
