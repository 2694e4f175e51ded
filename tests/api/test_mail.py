"""Sending over HTTP: once, however often it is asked for under one key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.services import idempotency
from server.store import database
from server.system import clock
from tests.api.appliance import Persona
from tests.api.client import Reply
from tests.mailing import verified

MESSAGES = "/api/v1/email/messages"
BODY: dict[str, Any] = {"from": "shop@example.com", "to": ["bob@customer.test"], "subject": "Your order", "text": "Thank you."}


@pytest.mark.criterion("email-2")
def test_fifty_posts_under_one_key_make_one_message_and_the_key_holds_for_a_day(alice: Persona) -> None:
    verified(alice.tenant_id, "example.com")

    def post(_number: int) -> Reply:
        while True:
            reply = alice.client.post(MESSAGES, BODY, {"Idempotency-Key": "order-1"})
            if reply.status != 409:
                return reply
            assert reply.code == "idempotency_key_in_use"

    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(post, range(50)))
    assert {(reply.status, reply.body) for reply in replies} == {(202, replies[0].body)}
    assert sorted(reply.headers.get("idempotency-replayed", "first") for reply in replies) == ["first"] + ["true"] * 49
    assert [one["id"] for one in alice.client.get(MESSAGES).json["data"]] == [replies[0].json["id"]]
    other = alice.client.post(MESSAGES, {**BODY, "subject": "Another"}, {"Idempotency-Key": "order-1"})
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    for age, same in ((idempotency.KEPT_MS - 60_000, True), (idempotency.KEPT_MS + 1, False)):
        database.run("UPDATE idempotency SET created_at = ? WHERE tenant_id = ?", (clock.now_ms() - age, alice.tenant_id))
        later = alice.client.post(MESSAGES, BODY, {"Idempotency-Key": "order-1"})
        assert (later.json["id"] == replies[0].json["id"]) is same
    assert idempotency.KEPT_MS == 24 * 3_600_000
