"""Remote subscriptions: one per topic, found when they have to be renewed."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, remote_subscriptions

ROW = {"id": "rsb_1", "installation_id": "ins_1", "topic": "orders", "remote_id": "7", "fields": {"a": "b"}, "state": "active", "granted_at": 1,
       "renew_at": 50, "expires_at": 100, "attempts": 0, "created_at": 1, "updated_at": 1}  # fmt: skip


def test_what_is_granted_again_keeps_its_id(alice: Actor) -> None:
    place = (alice.tenant_id, alice.mode, "ins_1")
    with database.transaction():
        remote_subscriptions.put(*place[:2], ROW)
        remote_subscriptions.put(*place[:2], {**ROW, "id": "rsb_2", "remote_id": "8", "created_at": 9})
    assert [(one["id"], one["remote_id"], one["created_at"]) for one in remote_subscriptions.of_installation(*place)] == [("rsb_1", "8", 1)]


def test_what_is_due_is_found_until_it_is_put_off_or_gone(alice: Actor) -> None:
    place = (alice.tenant_id, alice.mode, "ins_1")
    with database.transaction():
        remote_subscriptions.put(*place[:2], ROW)
        remote_subscriptions.put(*place[:2], {**ROW, "id": "rsb_2", "topic": "forever", "renew_at": None})
    assert remote_subscriptions.due(49, 10) == []
    assert [one["topic"] for one in remote_subscriptions.due(50, 10)] == ["orders"]
    remote_subscriptions.note(*place, "orders", {"renew_at": 90})
    assert remote_subscriptions.due(50, 10) == []
    remote_subscriptions.delete(*place, "orders")
    assert [one["topic"] for one in remote_subscriptions.of_installation(*place)] == ["forever"]
    remote_subscriptions.delete(*place)
    assert remote_subscriptions.of_installation(*place) == []
