"""Messages over HTTP: taken in once per key, followed, called back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.system import clock, ids
from tests.api.appliance import Appliance, Persona
from tests.mailing import verified
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
MESSAGES = "/api/v1/email/messages"


@pytest.fixture
def body(alice: Persona) -> dict[str, Any]:
    """Return a message from a domain that is alice's."""
    domain = f"{ids.new_id('d').replace('_', '-')}.example"
    verified(alice.tenant_id, domain)
    later = clock.rfc3339(clock.now_ms() + 7 * 86_400_000)
    return {"from": f"Shop <shop@{domain}>", "to": ["bob@customer.example"], "subject": "Hello", "text": "Hi\n", "send_at": later}


def test_a_message_is_taken_in_followed_and_called_back(alice: Persona, body: dict[str, Any]) -> None:
    made = alice.client.post(MESSAGES, {**body, "cc": "carl@customer.example"})
    assert (made.status, made.json["state"], made.headers["location"]) == (202, "scheduled", f"{MESSAGES}/{made.json['id']}")
    one = made.headers["location"]
    assert alice.client.get(one).json == made.json
    assert [event["type"] for event in alice.client.get(f"{one}/events").json["data"]] == ["queued", "queued"]
    assert alice.client.get(f"{MESSAGES}?address=carl@customer.example").json["data"] == [made.json]
    content = alice.client.get(f"{one}/content")
    assert content.headers["content-type"].startswith("message/rfc822")
    assert b"Subject: Hello\r\n" in content.body
    assert alice.client.post(f"{one}/cancel", None).json["state"] == "cancelled"
    assert alice.client.post(f"{one}/cancel", None).json["state"] == "cancelled"


@pytest.mark.criterion("email-29")
def test_messages_are_searched_by_what_they_say_of_themselves(alice: Persona, charlie: Persona, body: dict[str, Any]) -> None:
    made = alice.client.post(MESSAGES, {**body, "to": ["dora@customer.example"]}).json
    domain = body["from"].partition("@")[2].rstrip(">")
    queries = ("search=DORA@customer.example", f"search={domain}", "state=scheduled", f"since=2026-11-01T00:00:00Z&sender_domain={domain}")
    for query in (*queries, f"message_id={made['message_id'][1:-1]}"):
        assert made["id"] in [one["id"] for one in alice.client.get(f"{MESSAGES}?{query}").json["data"]], query
        assert charlie.client.get(f"{MESSAGES}?{query}").json["data"] == []
    assert alice.client.get(f"{MESSAGES}?until=2026-11-01T00:00:00Z").json["data"] == []
    for wrong, pointer in (("state=lost", "state"), ("since=yesterday", "since")):
        reply = alice.client.get(f"{MESSAGES}?{wrong}")
        assert (reply.status, reply.pointers) == (400, [pointer])


def test_one_key_is_one_message_however_many_ask_at_once(alice: Persona, body: dict[str, Any]) -> None:
    def post(_: int) -> tuple[int, bytes]:
        """Post until the first of all has its answer: while it runs, the others are told to come again."""
        reply = alice.client.send("POST", MESSAGES, body, {"Idempotency-Key": "order-1"})
        return post(0) if reply.status == 409 else (reply.status, reply.body)

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(post, range(50)))
    assert [status for status, _ in answers] == [202]
    assert len(alice.client.get(f"{MESSAGES}?sender_domain={body['from'].partition('@')[2].rstrip('>')}").json["data"]) == 1
    assert alice.client.send("POST", MESSAGES, {**body, "subject": "Other"}, {"Idempotency-Key": "order-1"}).status == 422


@pytest.mark.criterion("email-15")
def test_a_domain_that_is_not_verified_is_refused_with_a_pointer(alice: Persona, charlie: Persona, body: dict[str, Any]) -> None:
    reply = alice.client.post(MESSAGES, {**body, "from": "a@elsewhere.example"})
    assert (reply.status, reply.json["code"], reply.pointers) == (422, "domain_not_verified", ["/from"])
    assert charlie.client.post(MESSAGES, body).json["code"] == "domain_not_verified"


def test_what_is_wrong_is_pointed_at(alice: Persona, body: dict[str, Any]) -> None:
    assert alice.client.post(MESSAGES, {**body, "subject": "a\r\nBcc: x@y.example"}).json["code"] == "header_injection"
    assert alice.client.post(MESSAGES, {name: body[name] for name in ("from", "to")}).status == 422
    assert alice.client.post(MESSAGES, {**body, "template": "welcome"}).status == 422
    assert alice.client.post(MESSAGES, {**body, "nonsense": 1}).pointers == ["/nonsense"]


def test_an_operator_sends_through_the_mirror(appliance: Appliance, alice: Persona, body: dict[str, Any]) -> None:
    made = appliance.operator().post(f"/admin/v1/tenants/{alice.tenant_id}/email/messages", body)
    assert made.status == 202, made.body
    assert alice.client.get(f"{MESSAGES}/{made.json['id']}").status == 200
