"""Addresses that fail again and again."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, email_strikes


def test_failures_are_counted_from_the_first_until_one_succeeds(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        assert email_strikes.strike(alice.tenant_id, alice.mode, "bob@example.com", 10) == (1, 10)
        assert email_strikes.strike(alice.tenant_id, alice.mode, "bob@example.com", 20) == (2, 10)
        assert email_strikes.strike(charlie.tenant_id, charlie.mode, "bob@example.com", 20) == (1, 20)
        email_strikes.clear(alice.tenant_id, alice.mode, "bob@example.com")
        assert email_strikes.strike(alice.tenant_id, alice.mode, "bob@example.com", 30) == (1, 30)
