"""Streams are told apart by name within a tenant, and paused ones are not judged."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import email_streams


def row(stream_id: str, name: str, status: str = "active") -> dict[str, object]:
    found = {"id": stream_id, "name": name, "kind": "broadcast", "options": "{}", "status": status, "judged_from": 0}
    return {**found, "version": 1, "created_at": 1, "updated_at": 1}


def test_a_name_is_there_once_in_a_tenant(alice: Actor, charlie: Actor) -> None:
    assert email_streams.insert(alice.tenant_id, alice.mode, row("stm_1", "news"))
    assert not email_streams.insert(alice.tenant_id, alice.mode, row("stm_2", "news"))
    assert email_streams.insert(charlie.tenant_id, charlie.mode, row("stm_3", "news", "paused"))
    found = email_streams.find_by_name(alice.tenant_id, alice.mode, "news")
    assert found is not None
    assert found["id"] == "stm_1"
    assert [one["id"] for one in email_streams.everywhere()] == ["stm_1"]
    assert email_streams.find(alice.tenant_id, alice.mode, "stm_3") is None
    assert not email_streams.remove(alice.tenant_id, alice.mode, "stm_3")
    assert email_streams.remove(alice.tenant_id, alice.mode, "stm_1")
