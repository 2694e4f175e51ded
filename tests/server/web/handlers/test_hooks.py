"""Hooks over HTTP: what a vendor's own signer produces is taken in once, and what anybody else sends is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
from collections import Counter
from itertools import count
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from server.domain.errors import Later
from server.services.inbound import keyring
from server.services.inbound.processing import process_due
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client, Reply
from tests.pace import best, seconds
from tests.server.web.handlers.people import OVER_HTTP
from tests.vectors.inbound import vectors

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
SECRET = "whsec_a_secret_of_stripes_own_making"


def source(client: Client, provider: str = "stripe", **fields: Any) -> dict[str, Any]:
    """Make a source and return it."""
    reply = client.post("/api/v1/inbound/sources", {"name": "Shop", "provider": provider, "secret": SECRET, **fields})
    assert reply.status == 201, reply.body
    found: dict[str, Any] = reply.json
    return found


def stripe(body: bytes, *, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """Return the header that Stripe would send."""
    moment = int(time.time()) if at is None else at
    signature = hmac.new(secret.encode(), b"%d.%b" % (moment, body), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"}


def send(appliance: Appliance, path: str, body: bytes, headers: dict[str, str] | None = None, method: str = "POST") -> Reply:
    """Send as a vendor does."""
    return appliance.anonymous.send(method, path, body, headers)


def messages(client: Client, source_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/inbound/sources/{source_id}/messages").json["data"]
    return found


def test_a_signed_message_is_committed_before_it_is_answered_and_becomes_an_event(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client)
    body = b'{"id": "evt_1",   "type": "charge.succeeded"}'
    reply = send(appliance, made["path"], body, stripe(body))
    assert (reply.status, reply.body) == (200, b"")
    kept = messages(alice.client, made["id"])
    assert [(one["id"], one["event_id"], one["event_type"], one["state"]) for one in kept] == [
        (reply.headers["junction-message"], "evt_1", "charge.succeeded", "pending")
    ]
    detail = alice.client.get(f"/api/v1/inbound/sources/{made['id']}/messages/{kept[0]['id']}").json
    assert (detail["body"].encode(), detail["method"]) == (body, "POST")
    process_due()
    assert messages(alice.client, made["id"])[0]["state"] == "processed"
    event = alice.client.events("inbound.received")[0]
    assert event["data"]["record"]["payload"] == {"id": "evt_1", "type": "charge.succeeded"}
    assert alice.client.get(f"/api/v1/inbound/sources/{made['id']}").json["last_seen_at"]


def test_a_repetition_is_a_success_and_kept_once(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client)
    body = b'{"id": "evt_1"}'
    first = [send(appliance, made["path"], body, stripe(body)) for _ in range(3)]
    assert [reply.status for reply in first] == [200, 200, 200]
    assert len(messages(alice.client, made["id"])) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "t=,v1="},
        {"Stripe-Signature": "v1=" + "00" * 32},
        stripe(b"{}", secret="another secret"),
        stripe(b"{ }"),
        {"Stripe-Signature": "past"},
        {"Stripe-Signature": "future"},
    ],
)
def test_what_does_not_verify_is_refused_and_counted(appliance: Appliance, alice: Persona, headers: dict[str, str]) -> None:
    made = source(alice.client)
    offset = {"past": -301, "future": 330}.get(headers.get("Stripe-Signature", ""))
    reply = send(appliance, made["path"], b"{}", headers if offset is None else stripe(b"{}", at=int(time.time()) + offset))
    assert reply.status == 401, reply.body
    assert messages(alice.client, made["id"]) == []
    found = alice.client.get(f"/api/v1/inbound/sources/{made['id']}").json
    assert (found["refused"], found["last_error"]) == (1, reply.code)


def test_a_source_without_a_secret_refuses_everything(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client, secret=None)
    assert not made["has_secret"]
    assert send(appliance, made["path"], b"{}", stripe(b"{}", secret="")).status == 401
    graph = source(alice.client, "microsoft_graph", secret=None)
    assert send(appliance, graph["path"] + "?validationToken=hello", b"").status == 401


def test_nobody_listens_at_an_unknown_address_or_for_an_unknown_provider(appliance: Appliance, alice: Persona) -> None:
    for path in ("/hooks/src_none", "/api/webhooks/nobody"):
        assert (send(appliance, path, b"{}").status, send(appliance, path, b"{}", method="GET").status) == (404, 404)
    assert send(appliance, "/api/webhooks/stripe", b"{}", stripe(b"{}")).status == 401
    made = source(alice.client)
    assert alice.client.delete(f"/api/v1/inbound/sources/{made['id']}").status == 204
    assert send(appliance, made["path"], b"{}", stripe(b"{}")).status == 404


def test_the_unversioned_alias_of_a_webhook_stays_where_it_was(alice: Persona) -> None:
    webhook = alice.client.post("/api/v1/webhooks", {"name": "Mine", "url": "https://example.com/hooks", "events": ["*"]}).json
    assert alice.client.get(f"/api/webhooks/{webhook['id']}").json["id"] == webhook["id"]
    assert alice.client.get(f"/api/webhooks/{webhook['id']}/stats").status == 200


def test_a_rotated_secret_holds_beside_the_new_one_for_the_overlap(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client)
    rotate = f"/api/v1/inbound/sources/{made['id']}/rotate-secret"
    assert alice.client.post(rotate, {"secret": "whsec_the_second_one", "overlap_seconds": 600}).json["secrets"] == 2
    for index, secret in enumerate((SECRET, "whsec_the_second_one")):
        body = b'{"id": "%d"}' % index
        assert send(appliance, made["path"], body, stripe(body, secret=secret)).status == 200
    assert alice.client.post(rotate, {"secret": "whsec_the_third_one", "overlap_seconds": 0}).json["secrets"] == 1
    assert [send(appliance, made["path"], b"{}", stripe(b"{}", secret=one)).status for one in (SECRET, "whsec_the_second_one")] == [401, 401]


def test_only_listed_addresses_may_send(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client, allowed_addresses=["192.0.2.0/24"])
    refused = send(appliance, made["path"], b"{}", stripe(b"{}"))
    assert (refused.status, refused.code) == (403, "address_not_allowed")
    alice.client.patch(f"/api/v1/inbound/sources/{made['id']}", {"allowed_addresses": ["127.0.0.0/8"]})
    assert send(appliance, made["path"], b"{}", stripe(b"{}")).status == 200


def test_a_paused_source_takes_in_and_holds(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client, active=False)
    body = b'{"id": "evt_1"}'
    assert send(appliance, made["path"], body, stripe(body)).status == 200
    process_due()
    assert messages(alice.client, made["id"])[0]["state"] == "held"
    assert alice.client.patch(f"/api/v1/inbound/sources/{made['id']}", {"active": True}).json["active"]
    process_due()
    assert messages(alice.client, made["id"])[0]["state"] == "processed"


def test_a_message_over_the_limit_is_refused_before_it_is_read(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client)
    assert send(appliance, made["path"], b"x" * 1_048_577, stripe(b"{}")).status == 413


def test_one_address_for_all_customers_finds_whose_a_message_is(appliance: Appliance, alice: Persona, charlie: Persona) -> None:
    ours = source(alice.client, account="acct_ours")
    theirs = source(charlie.client, account="acct_theirs")
    body = json.dumps({"id": "evt_9", "account": "acct_ours", "type": "payout.paid"}).encode()
    assert send(appliance, "/api/webhooks/stripe", body, stripe(body)).status == 200
    assert [one["event_id"] for one in messages(alice.client, ours["id"])] == ["evt_9"]
    assert messages(charlie.client, theirs["id"]) == []
    nobodys = json.dumps({"id": "evt_9", "account": "acct_nobodys"}).encode()
    assert send(appliance, "/api/webhooks/stripe", nobodys, stripe(nobodys)).status == 200
    assert send(appliance, "/api/webhooks/stripe", body, stripe(body, secret="forged")).status == 401


def test_a_message_about_several_customers_is_each_ones_own(appliance: Appliance, alice: Persona, charlie: Persona) -> None:
    ours, theirs = (source(one.client, "xero", account=f"tenant-of-{one.tenant_id}") for one in (alice, charlie))
    told = [{"resourceId": str(number), "tenantId": f"tenant-of-{one.tenant_id}", "eventDateUtc": "x", "eventType": "UPDATE"}
            for number, one in enumerate((alice, alice, charlie))]  # fmt: skip
    for events, count_of_theirs in ((told[:2], 0), (told, 1)):
        body = json.dumps({"events": events}).encode()
        signed = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        assert send(appliance, "/api/webhooks/xero", body, {"x-xero-signature": signed}).status == 200
        assert len(messages(charlie.client, theirs["id"])) == count_of_theirs
    assert len(messages(alice.client, ours["id"])) == 2


HANDSHAKES: dict[str, tuple[str, str, bytes, dict[str, str]]] = {
    "microsoft_graph": ("POST", "?validationToken=Validation%3A%20Testing", b"", {}),
    "meta": ("GET", f"?hub.mode=subscribe&hub.verify_token={SECRET}&hub.challenge=1158201444", b"", {}),
    "dropbox": ("GET", "?challenge=abc123", b"", {}),
    "mailchimp": ("GET", "", b"", {}),
    "mandrill": ("HEAD", "", b"", {}),
    "woocommerce": ("POST", "", b"webhook_id=17", {"Content-Type": "application/x-www-form-urlencoded"}),
}
ECHOES = {"microsoft_graph": b"Validation: Testing", "meta": b"1158201444", "dropbox": b"abc123"}


@pytest.mark.parametrize("provider", HANDSHAKES)
def test_a_handshake_is_answered_and_leaves_nothing(appliance: Appliance, alice: Persona, provider: str) -> None:
    parameters = {"parameters": {"verify_token": SECRET}} if provider == "meta" else {}
    made = source(alice.client, provider, **parameters)
    method, query, body, headers = HANDSHAKES[provider]
    reply = send(appliance, made["path"] + query, body, headers, method)
    assert (reply.status, reply.body) == (200, ECHOES.get(provider, b""))
    if provider in ECHOES:
        assert reply.headers["content-type"].startswith("text/plain")
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert messages(alice.client, made["id"]) == []


def test_a_wrong_verify_token_is_refused(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client, "meta", parameters={"verify_token": SECRET})
    assert made["parameters"] == {"verify_token": "********"}
    wrong = "?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1158201444"
    assert send(appliance, made["path"] + wrong, b"", method="GET").status == 401


def test_signed_challenges_are_answered_only_when_they_verify(appliance: Appliance, alice: Persona) -> None:
    slack, zoom = source(alice.client, "slack"), source(alice.client, "zoom")
    now = str(int(time.time()))
    challenge = b'{"type":"url_verification","challenge":"3eZbrw1aB","token":"x"}'
    sign = hmac.new(SECRET.encode(), b"v0:%b:%b" % (now.encode(), challenge), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={sign}"}
    assert send(appliance, slack["path"], challenge, headers).json == {"challenge": "3eZbrw1aB"}
    assert send(appliance, slack["path"], challenge, {**headers, "X-Slack-Signature": "v0=" + "0" * 64}).status == 401
    asked = b'{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}'
    sign = hmac.new(SECRET.encode(), b"v0:%b:%b" % (now.encode(), asked), hashlib.sha256).hexdigest()
    told = send(appliance, zoom["path"], asked, {"x-zm-request-timestamp": now, "x-zm-signature": f"v0={sign}"}).json
    expected = hmac.new(SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    assert told == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": expected}


def test_xeros_intent_to_receive_is_answered_by_the_signature_alone(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client, "xero")
    body = b'{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}'
    right = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    assert send(appliance, made["path"], body, {"x-xero-signature": right}).status == 200
    wrong = base64.b64encode(hmac.digest(b"another", body, "sha256")).decode()
    assert send(appliance, made["path"], body, {"x-xero-signature": wrong}).status == 401


def odd(chance: random.Random) -> str:
    """Return something that HTTP lets into a header and nobody expects there."""
    parts = ["t=", "v1=", ",", "=", "v0=", "sha256=", "\xff", "%00", "0" * 40, "-1", "1e9", "Basic ", "Bearer ", ".", ";", '"', "{", "whsec_"]
    return "".join(chance.choices(parts, k=chance.randrange(1, 8))) + str(int(time.time()) * chance.randrange(2))


@pytest.mark.criterion("webhooks-17", "connectors-9")
def test_two_thousand_fuzzed_requests_over_http_are_all_refused(appliance: Appliance, alice: Persona, figure: Any) -> None:
    chance = random.Random(2026)
    vectors_of = [one for one in vectors("accepted") if one["secrets"]]
    paths = {
        provider: source(alice.client, provider, secret=one["secrets"][0], parameters=one["parameters"])["path"]
        for provider, one in {one["provider"]: one for one in vectors_of}.items()
    }
    statuses: Counter[int] = Counter()
    for _ in range(2_000):
        vector = chance.choice(vectors_of)
        headers = {name: odd(chance) if name != "Content-Type" else value for name, value in vector["headers"].items()}
        path = chance.choice([paths[vector["provider"]], f"/api/webhooks/{vector['provider']}"])
        body = chance.choice([b"", b"{", b"\x00\xff", vector["body"].encode()[: chance.randrange(40)], b'{"account":"\\ud800"}', b"[" * 3000])
        statuses[send(appliance, path, body, headers, chance.choice(["POST", "POST", "PUT", "PATCH", "DELETE"])).status] += 1
    assert {status for status in statuses if not 400 <= status < 500} == set(), statuses
    figure(f"{statuses[401]} of {statuses.total()} fuzzed requests answered 401, the rest another 4xx")


@pytest.mark.alone
def test_ninety_nine_in_a_hundred_messages_are_answered_within_a_quarter_of_a_second(appliance: Appliance, alice: Persona) -> None:
    paths = [source(alice.client)["path"] for _ in range(4)]  # one alone may send two hundred a second

    def answered(number: int) -> float:
        body = b'{"id": "evt_%d", "text": "%b"}' % (number, b"x" * 900)
        headers, replies = stripe(body), []
        took = seconds(lambda: replies.append(send(appliance, paths[number % 4], body, headers)))
        assert replies[0].status == 200
        return took

    numbers = count()
    assert best(lambda: sorted(answered(next(numbers)) for _ in range(300))[297], 0.25) < 0.25


def test_an_address_that_is_no_text_is_refused_like_any_other(appliance: Appliance, alice: Persona) -> None:
    for provider in ("twilio", "token", "hubspot"):
        made = source(alice.client, provider)
        head = b"POST %b?token=\xff\xfe&x=%%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n" % made["path"].encode()
        signed = b"X-Twilio-Signature: AAAA\r\nX-HubSpot-Signature-v3: AAAA\r\nX-HubSpot-Request-Timestamp: %d\r\n" % (time.time() * 1000)
        assert appliance.anonymous.raw(head + signed + b"\r\n{}").split(b" ")[1] in {b"400", b"401"}


def test_a_passer_by_makes_no_source_fail(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client)
    send(appliance, made["path"], b"", {}, "GET")
    found = alice.client.get(f"/api/v1/inbound/sources/{made['id']}").json
    assert (found["refused"], found["failures"]) == (1, 0)


def test_a_source_that_is_called_too_often_is_told_when_to_come_back(appliance: Appliance, alice: Persona) -> None:
    made = source(alice.client)
    replies = [send(appliance, made["path"], b"{}", stripe(b"{}")) for _ in range(3)]
    assert replies[0].headers["ratelimit-policy"] == '"inbound";q=200;w=1'
    statuses = []
    ends = time.monotonic() + 5
    while 429 not in statuses and time.monotonic() < ends:
        statuses = [send(appliance, made["path"], b"", {}).status for _ in range(400)]
    # A machine that is too slow to send two hundred in a second meets no limit, and none is asked of it.
    assert set(statuses) <= {401, 429}


def test_a_bad_source_does_not_close_the_door_for_another_behind_the_same_address(appliance: Appliance, alice: Persona) -> None:
    bad, good = source(alice.client), source(alice.client)
    for _ in range(100):
        send(appliance, bad["path"], b"{}", stripe(b"{}", secret="wrong"))
    assert send(appliance, good["path"], b"{}", stripe(b"{}")).status == 200


def test_a_published_key_is_fetched_once_and_a_failure_asks_the_vendor_to_send_again(
    appliance: Appliance, alice: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = {"audience": "https://hooks.example.com", "service_account": "push@example.com"}
    made = source(alice.client, "gmail", secret=None, parameters=parameters)
    key, now = RSAKey.generate_key(2048, {"kid": "k1"}), int(time.time())
    claims = {"iss": "https://accounts.google.com", "aud": parameters["audience"], "email": parameters["service_account"], "email_verified": True}
    token = jwt.encode({"alg": "RS256", "kid": "k1"}, {**claims, "iat": now, "exp": now + 600}, key)
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if len(asked) == 1:
            raise Later("It cannot be reached.")
        return json.dumps({"keys": [key.as_dict(private=False)]}).encode()

    monkeypatch.setattr(keyring, "fetch", fetch)
    keyring.forget()
    body, headers = b'{"message": {"messageId": "1"}}', {"Authorization": f"Bearer {token}"}
    first = send(appliance, made["path"], body, headers)
    assert (first.status, first.code, first.headers["retry-after"]) == (503, "inbound_key_unreachable", "30")
    keyring.forget()
    statuses = [send(appliance, made["path"], body, headers).status for _ in range(3)]
    assert (statuses, len(asked), len(messages(alice.client, made["id"]))) == ([200, 200, 200], 2, 1)
    keyring.forget()
