"""The queue: taken under a lease by one sender at a time, settled only by its holder, due again when the holder dies."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.store import database, email_queue
from server.store.email_queue import Ended, Lane

LANE = "ten/live/s/customer.test"


@pytest.fixture(autouse=True)
def _filled(alice: Actor) -> None:
    with database.transaction():
        email_queue.insert(alice.tenant_id, alice.mode, "msg_1", [recipient(f"rcp_{number}", due_at=number) for number in range(3)])
        email_queue.open_lanes(alice.tenant_id, alice.mode, [Lane(LANE, "", "", "s", "customer.test", 0)])


def recipient(recipient_id: str, **fields: Any) -> dict[str, Any]:
    usual = {"id": recipient_id, "kind": "to", "address": f"{recipient_id}@customer.test", "domain": "customer.test", "lane": LANE, "stream": "s"}
    return {**usual, "state": "queued", "due_at": 0, "deadline_at": 9_999, "created_at": 1, **fields}


def take(limit: int = 10, lease: str = "one", now: int = 100, until: int = 200) -> list[str]:
    with database.transaction():
        return [one.id for one in email_queue.take(LANE, limit, lease, now, until)]


def ended(recipient_id: str, state: str = "sent", finished: int | None = 150, due: int = 150) -> Ended:
    return Ended(recipient_id, state, due, 1, "site", "relay", 250, None, "fine", None, finished)


def states(actor: Actor) -> list[str]:
    return [row["state"] for row in email_queue.of_message(actor.tenant_id, actor.mode, "msg_1")]


def test_what_one_sender_took_another_cannot_take_until_the_lease_ends(alice: Actor) -> None:
    assert [lane.name for lane in email_queue.due_lanes(100)] == [LANE]
    assert sorted(take(2)) == ["rcp_0", "rcp_1"]
    assert states(alice) == ["sending", "sending", "queued"]
    assert take(lease="two") == ["rcp_2"]
    assert email_queue.due_lanes(150) == []
    assert sorted(take(lease="two", now=201, until=300)) == ["rcp_0", "rcp_1", "rcp_2"]


def test_only_the_holder_of_the_lease_settles(alice: Actor) -> None:
    take()
    with database.transaction():
        email_queue.settle([ended("rcp_0")], "another")
        assert states(alice) == ["sending"] * 3
        email_queue.settle([ended("rcp_0"), ended("rcp_1", "deferred", None, 500)], "one")
    assert states(alice) == ["sent", "deferred", "sending"]
    assert take(now=300, lease="two") == ["rcp_2"], "what is deferred waits, what ended stays so"
    assert "rcp_1" in take(now=501, lease="two", until=600)


def test_what_is_given_back_is_due_again_and_what_is_renewed_is_not(alice: Actor) -> None:
    take()
    with database.transaction():
        email_queue.renew(["rcp_0"], "one", 1_000)
        email_queue.give_back([("rcp_1", 120)], "one")
    assert states(alice) == ["sending", "queued", "sending"]
    assert sorted(take(now=300, lease="two")) == ["rcp_1", "rcp_2"]


def test_a_message_is_called_back_for_those_nobody_is_sending_to(alice: Actor, charlie: Actor) -> None:
    take(1)
    assert email_queue.cancel(charlie.tenant_id, charlie.mode, "msg_1", 150) == []
    assert sorted(one for one, _ in email_queue.cancel(alice.tenant_id, alice.mode, "msg_1", 150)) == ["rcp_1", "rcp_2"]
    assert states(alice) == ["sending", "cancelled", "cancelled"]


def test_a_parked_stream_is_not_served(alice: Actor) -> None:
    email_queue.park_stream(alice.tenant_id, alice.mode, "s", 1_000, "bounces")
    assert email_queue.due_lanes(500) == []
    email_queue.park_stream(alice.tenant_id, alice.mode, "s", 0, None)
    assert [lane.name for lane in email_queue.due_lanes(500)] == [LANE]
    assert email_queue.depth(alice.tenant_id, alice.mode) == [("s", "queued", 3, 1)]


def test_a_lane_goes_when_it_is_empty_and_comes_back_when_mail_is_in_it(alice: Actor) -> None:
    assert email_queue.drop_empty_lanes(10) == 0
    database.run("DELETE FROM email_lanes")
    assert email_queue.reopen_lanes({"transactional": 0, "broadcast": 10}) == 1
    (lane,) = email_queue.due_lanes(500)
    assert (lane.tenant_id, lane.stream, lane.domain) == (alice.tenant_id, "s", "customer.test")
    take()
    with database.transaction():
        email_queue.settle([ended(f"rcp_{number}") for number in range(3)], "one")
    assert email_queue.drop_empty_lanes(10) == 1


def test_what_came_back_changes_how_something_ended_once(alice: Actor) -> None:
    assert email_queue.finish(alice.tenant_id, alice.mode, "rcp_0", "bounced", "userunknown", 7)
    assert not email_queue.finish(alice.tenant_id, alice.mode, "rcp_0", "bounced", "userunknown", 8)
    found = email_queue.find(alice.tenant_id, alice.mode, "rcp_0")
    assert found is not None
    assert (found["state"], found["reason"], found["finished_at"]) == ("bounced", "userunknown", 7)
    of = email_queue.of_messages(alice.tenant_id, alice.mode, ["msg_1", "msg_2"])
    assert [len(of["msg_1"]), of["msg_2"]] == [3, []]
