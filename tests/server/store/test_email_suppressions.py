"""Suppressions as rows."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database
from server.store import email_suppressions as store


def row(number: int, value: str, stream: str = "") -> dict[str, object]:
    """Return a suppression."""
    found: dict[str, object] = {"id": f"sup_{number}", "stream": stream, "kind": "address", "value": value, "reason": "manual", "source": "api"}
    return found | {"created_at": 1, "updated_at": 1, "detail": None, "created_by": None}


def test_many_are_written_at_once_and_what_was_there_stays(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        assert store.insert(alice.tenant_id, alice.mode, row(1, "a@example.com"))
        assert not store.insert(alice.tenant_id, alice.mode, row(2, "a@example.com"))
        assert store.insert_many(alice.tenant_id, alice.mode, [row(3, "a@example.com"), row(4, "b@example.com")]) == 1
    assert [one["id"] for one in store.walk(alice.tenant_id, alice.mode, "", 10)] == ["sup_1", "sup_4"]
    assert store.walk(charlie.tenant_id, charlie.mode, "", 10) == []
    assert set(store.blocking(alice.tenant_id, alice.mode, "news", ["a@example.com", "c@example.com"], 5)) == {"a@example.com"}
    assert store.blocking(charlie.tenant_id, charlie.mode, "news", ["a@example.com"], 5) == {}
