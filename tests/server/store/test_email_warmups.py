"""Warm-ups count each message of the day, and no more than the day may have."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import email_warmups


def test_a_day_is_counted_up_to_its_share(alice: Actor, charlie: Actor) -> None:
    row = {"source": "direct", "site": "google", "plan": "standard", "step": 0, "day": 5, "sent": 0, "status": "active", "created_at": 1}
    email_warmups.insert(alice.tenant_id, alice.mode, {**row, "updated_at": 1})
    key = (alice.tenant_id, alice.mode, "direct", "google")
    assert [email_warmups.count_one(*key, 5, 2) for _ in range(3)] == [True, True, False]
    assert not email_warmups.count_one(*key, 6, 2), "another day has another share"
    email_warmups.move(*key, {"day": 6, "sent": 0, "step": 1})
    assert email_warmups.count_one(*key, 6, 2)
    assert email_warmups.sources() == {(alice.tenant_id, alice.mode, "direct")}
    assert email_warmups.of_tenant(charlie.tenant_id, charlie.mode) == []
    assert email_warmups.remove(alice.tenant_id, alice.mode, "direct") == 1
    assert email_warmups.find(*key) is None
