"""Hits in the database: they wait until they are judged."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.store import database, email_hits


def hit(number: int, at: int) -> dict[str, Any]:
    named = {"id": f"hit_{number}", "message_id": "msg_1", "recipient_id": "rcp_1", "kind": "open", "place": 0, "links": 0}
    return named | {"method": "GET", "agent": "x", "at": at}


def test_a_hit_waits_until_its_time_and_until_it_is_judged(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        email_hits.insert(alice.tenant_id, alice.mode, hit(1, 10))
        email_hits.insert(alice.tenant_id, alice.mode, hit(2, 30))
        assert email_hits.waiting(5, 9) == []
        assert email_hits.waiting(20, 9) == [(alice.tenant_id, alice.mode, "rcp_1")]
        email_hits.judge(charlie.tenant_id, charlie.mode, [("opened", "none", "hit_1")])
        assert email_hits.waiting(20, 9) != []
        email_hits.judge(alice.tenant_id, alice.mode, [("opened", "none", "hit_1")])
        assert email_hits.waiting(20, 9) == []
    assert [row["outcome"] for row in email_hits.of_recipient(alice.tenant_id, alice.mode, "rcp_1")] == ["opened", None]
    assert email_hits.of_recipient(charlie.tenant_id, charlie.mode, "rcp_1") == []
