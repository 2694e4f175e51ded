"""Hooks over HTTP: what a vendor's own signer produces is taken in once, and what anybody else sends is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from server.services.inbound.processing import process_due
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client, Reply
from tests.server.web.handlers.people import OVER_HTTP

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
    event = alice.client.get("/api/v1/events", query={"type": "inbound.received"}).json["data"][0]
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
        stripe(b"{}", at=int(time.time()) - 301),
        stripe(b"{}", at=int(time.time()) + 330),
    ],
)
def test_what_does_not_verify_is_refused_and_counted(appliance: Appliance, alice: Persona, headers: dict[str, str]) -> None:
    made = source(alice.client)
    reply = send(appliance, made["path"], b"{}", headers)
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
