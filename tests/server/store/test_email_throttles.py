"""Throttles are written column by column, and only those that hold something back now are in force."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import email_throttles


def test_what_holds_something_back_is_in_force(alice: Actor, charlie: Actor) -> None:
    email_throttles.change(alice.tenant_id, alice.mode, "google", {"messages": 30, "period_ms": 60_000}, 1)
    email_throttles.change(alice.tenant_id, alice.mode, "yahoo", {"strikes": '{"x":[1]}'}, 1)
    email_throttles.change(alice.tenant_id, alice.mode, "apple", {"paused_until": 50, "reason": "x"}, 1)
    assert sorted(row["site"] for row in email_throttles.in_force(10)) == ["apple", "google"]
    assert [row["site"] for row in email_throttles.in_force(60)] == ["google"]
    email_throttles.change(alice.tenant_id, alice.mode, "google", {"next_at": 7}, 2)
    found = email_throttles.find(alice.tenant_id, alice.mode, "google")
    assert found is not None
    assert (found["messages"], found["next_at"], found["updated_at"]) == (30, 7, 2)
    assert email_throttles.page(charlie.tenant_id, charlie.mode, "", 9) == []
    assert [row["site"] for row in email_throttles.page(alice.tenant_id, alice.mode, "apple", 9)] == ["google", "yahoo"]
    assert not email_throttles.remove(charlie.tenant_id, charlie.mode, "google")
    assert email_throttles.remove(alice.tenant_id, alice.mode, "google")
