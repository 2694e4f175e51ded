"""Handshakes: answered when they are asked as the vendor asks, and otherwise left to be an ordinary message."""

from __future__ import annotations

import base64
import hmac

import pytest

from server.domain.errors import Unauthenticated
from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.handshakes import AFTER, BEFORE
from server.domain.inbound.verification import Trust
from server.system import public_keys

URL = "https://a.example/hooks/x"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def trust(**parameters: str) -> Trust:
    return Trust(("a secret",), parameters, public_keys, lambda _url, _kind: None)


def asked(method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None, query: dict[str, str] | None = None) -> Arrival:
    return Arrival(method, URL, headers or {}, tuple((query or {}).items()), body)


def test_tokens_are_echoed_as_they_are_up_to_a_length() -> None:
    for name, method, parameter in (("graph", "POST", "validationToken"), ("dropbox", "GET", "challenge")):
        assert (reply := BEFORE[name](asked(method, query={parameter: "a b"}), trust())) is not None
        assert reply.text == "a b"
        assert BEFORE[name](asked(method, query={parameter: "x" * 2000}), trust()) is None
        assert BEFORE[name](asked(method), trust()) is None


def test_meta_is_answered_only_with_the_verify_token() -> None:
    question = {"hub.mode": "subscribe", "hub.challenge": "42"}
    reply = BEFORE["meta"](asked(query={"hub.verify_token": "ours", **question}), trust(verify_token="ours"))
    assert reply is not None
    assert reply.text == "42"
    for offered, held in (("theirs", "ours"), ("", ""), ("é", "ours")):
        with pytest.raises(Unauthenticated):
            BEFORE["meta"](asked(query={"hub.verify_token": offered, **question}), trust(verify_token=held))


def test_mandrills_test_is_signed_with_the_word_that_everybody_knows_and_empty() -> None:
    sign = base64.b64encode(hmac.digest(b"test-webhook", f"{URL}mandrill_events[]".encode(), "sha1")).decode()
    headers = {**FORM, "x-mandrill-signature": sign}
    assert BEFORE["mandrill"](asked("POST", b"mandrill_events=%5B%5D", headers), trust()) is not None
    assert BEFORE["mandrill"](asked("POST", b"mandrill_events=%5B1%5D", headers), trust()) is None
    assert BEFORE["mandrill"](asked("POST", b"mandrill_events=%5B%5D", {**FORM, "x-mandrill-signature": "AAAA"}), trust()) is None


def test_a_shops_ping_says_nothing_but_a_number() -> None:
    assert BEFORE["woocommerce"](asked("POST", b"webhook_id=17"), trust()) is not None
    assert BEFORE["woocommerce"](asked("POST", b"webhook_id=17&order=1"), trust()) is None


def test_discord_is_answered_by_the_kind_of_its_ping() -> None:
    ping, event, command = (AFTER["discord"](asked("POST", body), trust()) for body in (b'{"type":1}', b'{"type":0}', b'{"type":2}'))
    assert ping is not None
    assert event is not None
    assert (ping.value, event.status, command) == ({"type": 1}, 204, None)
    assert AFTER["discord"](asked("POST", b'{"type":1,"event":{"type":"X"}}'), trust()) is None


def test_an_ordinary_message_is_no_handshake() -> None:
    for name, answer in {**BEFORE, **AFTER}.items():
        assert answer(asked("POST", b'{"type":"x","event":"y"}'), trust(verify_token="t")) is None, name
