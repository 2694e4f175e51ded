"""What happened to a message is listed in order, to its tenant alone."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, email_events


def test_events_of_a_message_come_in_order_and_only_to_its_tenant(alice: Actor, charlie: Actor) -> None:
    rows = [(f"eev_{number}", alice.tenant_id, alice.mode, "msg_1", "rcp_1", "a@b.test", "deferred", number, "{}") for number in range(4)]
    with database.transaction():
        email_events.insert_many(rows)
    found = email_events.of_message(alice.tenant_id, alice.mode, "msg_1", "eev_0", 2)
    assert [row["id"] for row in found] == ["eev_1", "eev_2"]
    assert email_events.of_message(charlie.tenant_id, charlie.mode, "msg_1", "", 9) == []
