"""Events of providers by their key, each recipient's of its own."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, email_provider_events


def test_an_event_is_noted_once_for_each_recipient(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        assert [email_provider_events.insert(alice.tenant_id, alice.mode, one, "ses/1", 10) for one in ("rcp_1", "rcp_1", "rcp_2")] == [
            True,
            False,
            True,
        ]
        assert email_provider_events.insert(charlie.tenant_id, charlie.mode, "rcp_1", "ses/1", 10)
