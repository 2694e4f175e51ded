"""Providers as transports: their ids kept, their refusals judged as mail servers' are, and another transport tried where they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.mail.zone import Answer
from server.outbound import dns
from server.services.email import accounts, messages, streams, transport_policies
from server.services.email.accounts import NewAccount
from server.services.email.streams import StreamChange
from server.system.settings import Settings
from server.worker.mail import MailSender
from tests.mailing import happened, sending_settings, states, submit, verified
from tests.pace import until
from tests.peers.mail_providers import Provider, Refused
from tests.peers.ports import free_port
from tests.peers.sink import Sink
from tests.server.services.email.bringing import Brought

PARTS: dict[str, dict[str, Any]] = {
    "sendgrid": {},
    "ses": {"username": "AKIAEXAMPLE", "api": {"region": "eu-central-1"}},
    "mailgun": {"api": {"domain": "example.com"}},
}
IDENTITIES = {"sendgrid": "sg-1", "ses": "ses-1", "mailgun": "<mg-1@mail.test>"}


@pytest.fixture(autouse=True)
def _world(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def account(actor: Actor, provider: Provider) -> str:
    parts = PARTS[provider.key]
    api = {**parts.get("api", {}), "endpoint": provider.endpoint}
    body = {"name": "API", "address": "alice@example.com", "auth": "api_key", "password": "key", "provider": provider.key, **parts, "api": api}
    return str(accounts.create(actor, NewAccount.model_validate(body))["id"])


@pytest.mark.parametrize("key", list(PARTS))
def test_a_message_goes_to_the_provider_unsigned_and_its_id_there_is_kept(
    alice: Actor, tmp_path: Path, provider: Callable[[str], Provider], key: str
) -> None:
    there = provider(key)
    found = Brought(alice, tmp_path, (account_id := account(alice, there),)).outcome
    assert (found.accepted, found.source, found.identity) == (True, account_id, IDENTITIES[key])
    assert there.differences == []
    assert b"DKIM-Signature" not in there.calls[0].body


@pytest.mark.parametrize(
    ("key", "refused", "accepted", "code", "reason"),
    [
        ("sendgrid", Refused(400, {"errors": [{"message": "Does not contain a valid address.", "field": "x"}]}), False, 553, "userunknown"),
        ("sendgrid", Refused(401, {"errors": [{"message": "authorization required"}]}), None, 535, "securityerror"),
        ("ses", Refused(400, {"message": "Paused"}, {"x-amzn-errortype": "SendingPausedException"}), None, 550, "blocked"),
        ("mailgun", Refused(429, {"message": "limit exceeded"}), None, 451, "speeding"),
        ("mailgun", Refused(500, {"message": "Internal Server Error"}), None, 451, "systemerror"),
    ],
)
def test_a_refusal_is_a_mail_servers(
    alice: Actor, tmp_path: Path, provider: Callable[[str], Provider], key: str, refused: Refused, accepted: bool | None, code: int, reason: str
) -> None:
    there = provider(key)
    there.plan = [refused.answer]
    found = Brought(alice, tmp_path, (account(alice, there),)).outcome
    assert (found.accepted, found.code, found.reason) == (accepted, code, reason)


def test_relay_provider_and_exchangers_are_tried_in_the_order_of_the_stream(
    alice: Actor,
    tmp_path: Path,
    provider: Callable[[str], Provider],
    sender: Callable[[Settings], MailSender],
    sink: Callable[..., Sink],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = {("customer.test", "MX"): Answer("found", ("10 mx.customer.test",)), ("mx.customer.test", "A"): Answer("found", ("127.0.0.1",))}
    monkeypatch.setattr(dns, "lookup", lambda name, kind: zone.get((name, kind), Answer("no_name")))
    monkeypatch.setattr(transport_policies, "policy_for", lambda _domain: None)
    there, exchanger = provider("mailgun"), sink("plain")
    account_id = account(alice, there)
    there.plan = [Refused(403, {"message": "Domain example.com is not allowed to send"}).answer]
    stream = streams.ensure(alice.tenant_id, alice.mode, "transactional")
    streams.update(alice, stream["id"], StreamChange(transports=["relay", account_id, "direct"]))
    settings = sending_settings(tmp_path, **{"email.relay": f"smtp://127.0.0.1:{free_port()}", "email.mx_port": exchanger.port})
    first = submit(alice, settings)["id"]
    sender(settings)
    until(lambda: states(alice, first) == ["delivered"])
    told = happened(alice, first)[-1]["detail"]
    assert (told["source"], exchanger.recipients()) == ("direct", ["bob@customer.test"])
    assert [(one["source"], one["reason"]) for one in told["failed_over"]] == [("relay", "networkerror"), (account_id, "blocked")]
    assert "not allowed to send" in told["failed_over"][1]["reply"], "in the provider's own words"
    second = submit(alice, settings)["id"]
    until(lambda: states(alice, second) == ["sent"])
    told = happened(alice, second)[-1]["detail"]
    assert (told["source"], told["provider_message_id"]) == (account_id, "<mg-1@mail.test>")


def test_a_refused_recipient_bounces_and_is_suppressed(
    alice: Actor, tmp_path: Path, provider: Callable[[str], Provider], sender: Callable[[Settings], MailSender], sink: Callable[..., Sink]
) -> None:
    there, other = provider("sendgrid"), sink("plain")
    there.plan = [Refused(400, {"errors": [{"message": "Does not contain a valid address."}]}).answer]
    settings = sending_settings(tmp_path, **{"email.relay": f"smtp://127.0.0.1:{other.port}"})
    made = submit(alice, settings, account=account(alice, there))
    sender(settings)
    until(lambda: states(alice, made["id"]) == ["bounced"])
    assert "valid address" in messages.get(alice, made["id"])["recipients"][0]["reply"]
    assert submit(alice, settings)["recipients"][0]["state"] == "suppressed"
    assert other.raw == []
