"""What providers tell is written at the recipient it is about, once, for the tenant whose source verified it and for nobody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.domain.actor import Actor
from server.domain.errors import Unauthenticated
from server.domain.inbound.arrivals import Arrival
from server.services.email import hits, messages, provider_events, return_paths, stats, suppressions
from server.services.inbound import gateway, processing
from server.store import database, inbound_sources
from server.system import clock
from tests.mailing import happened, sending_settings, states, submit, verified
from tests.server.services.inbound.sources import made, put, told

PARTS: dict[str, dict[str, Any]] = {"ses": {"parameters": {"topic_arn": "arn:aws:sns:eu-central-1:1:mail"}}}
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
AT = {"timestamp": "2026-11-20T12:00:00.000Z"}


@pytest.fixture
def sent(alice: Actor, tmp_path: Path) -> dict[str, Any]:
    """Return a message that a provider took."""
    verified(alice.tenant_id, "example.com")
    found = submit(alice, sending_settings(tmp_path))
    with database.transaction():
        database.run("UPDATE sending_domains SET return_path = 'bounce.example.com'")
        taken = "UPDATE email_recipients SET state = 'sent', provider_id = ?, finished_at = ? WHERE message_id = ?"
        database.run(taken, ("sg-1", clock.now_ms() - 60_000, found["id"]))
    return found


def tell(actor: Actor, provider: str, *payloads: Any) -> None:
    """Put messages of a provider into a source of a tenant, and process them."""
    source = made(actor, provider, secret=None, **PARTS.get(provider, {}))
    for payload in payloads:
        put(actor, source["id"], json.dumps(payload))
    processing.process_due(providers=provider_events.PROCESSORS)


def sendgrid(event: str, number: int = 1, **parts: Any) -> dict[str, Any]:
    usual = {"email": "bob@customer.test", "timestamp": clock.now_ms() // 1000, "event": event, "sg_event_id": f"{event}-{number}"}
    return {**usual, "sg_message_id": "sg-1.recvd-7.0", **parts}


def outcome(actor: Actor, message: dict[str, Any]) -> tuple[list[str], list[str], str | None]:
    """Return how a message stands, what came back of it, and why nothing more is sent to its recipient."""
    blocked = suppressions.check(actor.tenant_id, actor.mode, "transactional", ["bob@customer.test"])
    back = [one["type"] for one in happened(actor, message["id"]) if one["type"] != "queued"]
    return states(actor, message["id"]), back, blocked["bob@customer.test"]["reason"] if blocked else None


def figures(actor: Actor) -> dict[str, int]:
    total = stats.read(actor, "stream", 1, {})["total"]
    return {name: total[name] for name in ("delivered", "deferred", "bounced", "complained", "opened", "clicked") if total[name]}


def test_a_message_is_followed_from_deferral_to_complaint_by_its_providers_id(alice: Actor, sent: dict[str, Any]) -> None:
    tell(alice, "sendgrid", [sendgrid("deferred", response="451 4.7.1 later"), sendgrid("delivered")])
    assert outcome(alice, sent) == (["delivered"], ["delayed", "delivered"], None)
    tell(alice, "sendgrid", [sendgrid("spamreport")])
    assert outcome(alice, sent) == (["delivered"], ["delayed", "delivered", "complained"], "complaint")
    assert figures(alice) == {"deferred": 1, "delivered": 1, "complained": 1}
    assert [one["record"]["recipient"] for one in told(alice, "email.delivered")] == ["bob@customer.test"]


def test_a_bounce_ends_it_and_suppresses_as_a_servers_own_would(alice: Actor, sent: dict[str, Any]) -> None:
    tell(alice, "sendgrid", [sendgrid("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 unknown user")])
    assert outcome(alice, sent) == (["bounced"], ["bounced"], "hard_bounce")
    detail = happened(alice, sent["id"])[-1]["detail"]
    assert (detail["source"], detail["reason"], detail["diagnostic"]) == ("sendgrid", "userunknown", "550 5.1.1 unknown user")
    assert messages.get(alice, sent["id"])["recipients"][0]["provider_message_id"] == "sg-1"


def test_what_is_told_again_or_late_changes_nothing(alice: Actor, sent: dict[str, Any]) -> None:
    bounce = sendgrid("bounce", type="blocked", reason="550 5.7.1 blocked")
    for repeated in ([bounce], [sendgrid("delivered"), bounce], [bounce]):
        tell(alice, "sendgrid", repeated)
    tell(alice, "sendgrid", [sendgrid("delivered")])
    assert outcome(alice, sent) == (["bounced"], ["bounced", "delivered"], None)
    assert figures(alice) == {"bounced": 1}


def test_opens_and_clicks_are_judged_as_our_own_are(alice: Actor, sent: dict[str, Any]) -> None:
    clicks = [sendgrid("click", number, url="https://shop.example/", useragent=BROWSER) for number in (1, 2)]
    tell(alice, "sendgrid", [sendgrid("open", useragent=BROWSER), sendgrid("open", 2, useragent="GoogleImageProxy"), *clicks])
    with database.transaction():
        database.run("UPDATE email_hits SET at = at - 120000, sent_at = sent_at - 120000")
    hits.judge_due()
    assert sorted(outcome(alice, sent)[1]) == ["clicked", "opened", "prefetched"]
    assert figures(alice) == {"opened": 1, "clicked": 1}


def test_who_unsubscribes_at_the_provider_gets_nothing_more_of_that_stream(alice: Actor, sent: dict[str, Any]) -> None:
    tell(alice, "sendgrid", [sendgrid("unsubscribe"), sendgrid("group_unsubscribe")])
    assert outcome(alice, sent)[1:] == (["unsubscribed"], "unsubscribed")


def test_mark_return_path_and_message_id_name_the_recipient_too(alice: Actor, sent: dict[str, Any]) -> None:
    recipient = sent["recipients"][0]["id"]
    path = return_paths.make(alice.tenant_id, alice.mode, "example.com", recipient)
    delay = {**AT, "delayedRecipients": [{"emailAddress": "bob@customer.test"}]}
    mails: list[dict[str, Any]] = [
        {"tags": {"recipient": [recipient]}},
        {"source": path},
        {"commonHeaders": {"messageId": sent["message_id"]}},
        {"messageId": "other"},
    ]
    for number, mail in enumerate(mails):
        inner = {"eventType": "DeliveryDelay", "mail": {"messageId": f"ses-{number}", **mail}, "deliveryDelay": delay}
        tell(alice, "ses", {"Type": "Notification", "MessageId": f"sns-{number}", "Message": json.dumps(inner)})
    assert outcome(alice, sent)[1] == ["delayed"] * 3


def test_another_tenants_source_speaks_of_none_of_ours(alice: Actor, charlie: Actor, sent: dict[str, Any]) -> None:
    marked = sendgrid("bounce", type="bounce", reason="550 5.1.1 unknown", recipient=sent["recipients"][0]["id"], **{"smtp-id": sent["message_id"]})
    tell(charlie, "sendgrid", [marked])
    assert outcome(alice, sent) == (["sent"], [], None)
    assert len(told(charlie, "inbound.received")) == 1


def test_what_comes_while_the_message_is_handed_over_waits(alice: Actor, sent: dict[str, Any]) -> None:
    with database.transaction():
        database.run("UPDATE email_recipients SET state = 'sending', lease = 'l', due_at = ?, finished_at = NULL", (clock.now_ms() + 60_000,))
    tell(alice, "sendgrid", [sendgrid("delivered")])
    assert database.row("SELECT state, last_error FROM inbound_messages") == ("pending", "mail_in_hand")
    assert outcome(alice, sent) == (["sending"], [], None)


def test_an_arrival_settles_what_a_lost_answer_left_open(alice: Actor, sent: dict[str, Any]) -> None:
    with database.transaction():
        database.run("UPDATE email_recipients SET state = 'deferred', provider_id = NULL, finished_at = NULL")
    tell(alice, "sendgrid", [sendgrid("delivered", recipient=sent["recipients"][0]["id"])])
    assert outcome(alice, sent)[0] == ["delivered"]


def opened(actor: Actor, source: dict[str, Any]) -> gateway.Source:
    row = inbound_sources.find(actor.tenant_id, actor.mode, source["id"])
    assert row is not None
    return gateway.source_of(row)


def signed_by_sendgrid(body: bytes) -> tuple[str, dict[str, str]]:
    key, moment = ec.generate_private_key(ec.SECP256R1()), str(clock.now_ms() // 1000)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signature = base64.b64encode(key.sign(moment.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    name = "x-twilio-email-event-webhook-"
    return base64.b64encode(public).decode(), {f"{name}signature": signature, f"{name}timestamp": moment}


def test_only_what_the_provider_signed_is_believed(alice: Actor, sent: dict[str, Any]) -> None:
    body = json.dumps([sendgrid("delivered")]).encode()
    key, headers = signed_by_sendgrid(body)
    source = opened(alice, made(alice, "sendgrid", secret=key))
    with pytest.raises(Unauthenticated):
        gateway.examine(source, Arrival("POST", "/", headers, (), body + b" "), "192.0.2.1", 300)
    accepted = gateway.examine(source, Arrival("POST", "/", headers, (), body), "192.0.2.1", 300)
    assert isinstance(accepted, gateway.Accepted)
    with database.transaction():
        gateway.keep(accepted)
    processing.process_due(providers=provider_events.PROCESSORS)
    assert outcome(alice, sent)[0] == ["delivered"]


def test_mailguns_own_signature_stands_for_its_event(alice: Actor, sent: dict[str, Any]) -> None:
    moment = str(clock.now_ms() // 1000)
    proof = {"timestamp": moment, "token": "t", "signature": hmac.new(b"a long key", f"{moment}t".encode(), hashlib.sha256).hexdigest()}
    data = {"event": "delivered", "id": "e", "recipient": "bob@customer.test", "user-variables": {"recipient": sent["recipients"][0]["id"]}}
    body = json.dumps({"signature": proof, "event-data": data}).encode()
    source = opened(alice, made(alice, "mailgun", secret="a long key"))
    accepted = gateway.examine(source, Arrival("POST", "/", {"content-type": "application/json"}, (), body), "192.0.2.1", 300)
    assert isinstance(accepted, gateway.Accepted)
    with database.transaction():
        gateway.keep(accepted)
    processing.process_due(providers=provider_events.PROCESSORS)
    assert outcome(alice, sent)[0] == ["delivered"]
