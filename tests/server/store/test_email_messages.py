"""Messages and what they say: found by their Message-ID and by recipient, emptied only when their sending is over."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.store import database, email_messages, email_queue


def insert(actor: Actor, message_id: str, to: str = "bob@customer.test", finished: int | None = None, **fields: object) -> None:
    row: dict[str, Any] = {"id": message_id, "stream": "transactional", "sender": "a@example.com", "sender_domain": "example.com", "subject": "x"}
    row |= {"header_id": f"<{message_id}@example.com>", "recipients": 1, "addressed": "{}", "metadata": "{}", "size": 4}
    times = {"send_at": 1, "deadline_at": 2, "created_at": 1}
    recipient: dict[str, Any] = {
        "id": f"rcp_{message_id}",
        "kind": "to",
        "address": to,
        "domain": to.partition("@")[2],
        "lane": "l",
        "stream": "transactional",
    }
    recipient |= {"state": "queued", "due_at": 1, "deadline_at": 2, "created_at": 1, "finished_at": finished}
    with database.transaction():
        email_messages.insert(actor.tenant_id, actor.mode, {**row, "origin": "api", "personal": 0, **times, **fields}, b"body")
        email_queue.insert(actor.tenant_id, actor.mode, message_id, [recipient])


def test_messages_are_read_by_their_ids_the_newest_first_and_only_ones_own(alice: Actor, charlie: Actor) -> None:
    insert(alice, "msg_1")
    insert(alice, "msg_2", "carl@other.test")
    insert(charlie, "msg_3")
    assert [row["id"] for row in email_messages.of_ids(alice.tenant_id, alice.mode, ["msg_1", "msg_2", "msg_3"])] == ["msg_2", "msg_1"]
    assert email_messages.of_ids(alice.tenant_id, alice.mode, []) == []
    assert email_messages.content(charlie.tenant_id, charlie.mode, "msg_1") is None
    assert email_messages.contents(["msg_1", "msg_9"])["msg_1"][1] == b"body"


def test_what_a_message_says_goes_after_its_time_but_never_before_it_was_sent(alice: Actor) -> None:
    insert(alice, "msg_1", finished=5)
    insert(alice, "msg_2")
    assert email_messages.purge(1, 9, 10) == 0
    assert email_messages.purge(10, 9, 10) == 1
    assert [email_messages.content(alice.tenant_id, alice.mode, one) for one in ("msg_1", "msg_2")] == [None, b"body"]
    found = email_messages.find(alice.tenant_id, alice.mode, "msg_1")
    assert found is not None
    assert found["purged_at"] == 9


def test_a_message_is_called_back_once(alice: Actor) -> None:
    insert(alice, "msg_1")
    assert email_messages.cancel(alice.tenant_id, alice.mode, "msg_1", 5)
    assert not email_messages.cancel(alice.tenant_id, alice.mode, "msg_1", 6)
