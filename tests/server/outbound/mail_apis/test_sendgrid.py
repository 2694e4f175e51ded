"""SendGrid gets a message in parts, as its description wants them, and nothing of it is lost."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from server.domain.errors import Unprocessable
from server.outbound.mail_apis import sendgrid
from server.outbound.mail_apis.handing import Hand
from server.outbound.mail_apis.letters import Letter
from tests.peers.mail_providers import Provider
from tests.server.outbound.mail_apis.letters import account, letter


def test_a_message_is_taken_apart_and_every_part_is_there(provider: Callable[[str], Provider]) -> None:
    there = provider("sendgrid")
    found = Hand(account(there)).over(letter())
    assert (found.accepted, found.identity, there.differences) == (True, "sg-1", [])
    (call,) = there.calls
    assert call.headers["authorization"] == "Bearer the-key"
    said = call.json
    assert said["personalizations"] == [{"to": [{"email": "bob@customer.test", "name": "Bob Bär"}], "custom_args": {"recipient": "rcp_1"}}]
    assert (said["from"], said["reply_to_list"]) == ({"email": "orders@example.com", "name": "Shop"}, [{"email": "help@example.com"}])
    assert said["subject"] == "Rechnung für März"
    assert [one["type"] for one in said["content"]] == ["text/plain", "text/html"]
    assert "Grüße" in said["content"][0]["value"]
    assert [(one["filename"], one["disposition"], one.get("content_id")) for one in said["attachments"]] == [
        ("logo.png", "inline", "logo@mail"),
        ("Übersicht.pdf", "attachment", None),
    ]
    assert base64.b64decode(said["attachments"][1]["content"]) == b"%PDF-1"
    assert said["headers"] == {"Message-ID": "<m1@example.com>", "List-Unsubscribe": "<https://example.com/u>"}
    assert "carl" not in call.body.decode(), "a copy names nobody else"


def test_a_message_of_text_alone_without_a_subject_is_as_described_too(provider: Callable[[str], Provider]) -> None:
    there = provider("sendgrid")
    assert Hand(account(there)).over(letter(html=None, subject="")).accepted
    assert there.differences == []
    assert [one["type"] for one in there.calls[0].json["content"]] == ["text/plain"]


@pytest.mark.parametrize("kind", ["multipart/signed", "application/pkcs7-mime", "multipart/encrypted"])
def test_what_somebody_signed_or_sealed_is_not_taken_apart(provider: Callable[[str], Provider], kind: str) -> None:
    there = provider("sendgrid")
    sealed = Letter("a@example.com", "b@customer.test", f"From: a@example.com\r\nContent-Type: {kind}\r\n\r\nx".encode(), "rcp_1")
    with pytest.raises(Unprocessable, match="signature"):
        sendgrid.request(account(there), sealed, 0)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@example.com\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nx\xff",
        b"From: =?utf-8?q?broken\r\nSubject: =?nonsense?b?!!?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\nno parts",
        b"From: a@example.com\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx",
    ],
)
def test_odd_messages_are_sent_rather_than_a_reason_to_break(provider: Callable[[str], Provider], raw: bytes) -> None:
    there = provider("sendgrid")
    assert Hand(account(there)).over(Letter("a@example.com", "b@customer.test", raw, "rcp_1")).accepted
