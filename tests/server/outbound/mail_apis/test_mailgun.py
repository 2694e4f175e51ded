"""Mailgun gets the message as it is, in a form whose fields its description knows."""

from __future__ import annotations

import base64
from collections.abc import Callable

from server.outbound.mail_apis.handing import Hand
from tests.peers.mail_providers import Provider, parts
from tests.server.outbound.mail_apis.letters import account, letter


def test_the_message_goes_as_it_is(provider: Callable[[str], Provider]) -> None:
    there = provider("mailgun")
    found = Hand(account(there)).over(letter())
    assert (found.accepted, found.identity, there.differences) == (True, "<mg-1@mail.test>", [])
    (call,) = there.calls
    assert call.path == "/v3/mail.test/messages.mime"
    assert base64.b64decode(call.headers["authorization"].removeprefix("Basic ")) == b"api:the-key"
    said = parts(call)
    assert {name: value for name, value in said.items() if name != "message"} == {
        "to": b"bob@customer.test",
        "o:tracking": b"no",
        "v:recipient": b"rcp_1",
    }
    assert b"Message-ID: <m1@example.com>" in said["message"]


def test_the_fields_are_those_of_the_description(provider: Callable[[str], Provider]) -> None:
    there = provider("mailgun")
    Hand(account(there)).over(letter())
    operation = there.described.operation(there.calls[0])
    assert operation is not None
    schema = there.described.schemas.resolved(operation.body["content"]["multipart/form-data"]["schema"])
    given = parts(there.calls[0])
    assert set(schema["required"]) <= given.keys()
    assert {name for name in given if not name.startswith("v:")} <= schema["properties"].keys()
