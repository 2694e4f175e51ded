"""The transport: retries, idempotency keys, and what becomes of silence."""

from __future__ import annotations

import pytest

from app.client import transport as module
from app.client.cancellation import Cancellation
from app.client.errors import Cancelled, Limited, Missing, Problem, Unreachable
from app.client.transport import Answer, Request, Transport
from tests.app.stage import ScriptedTransport
from tests.peers.ports import free_port

OK = Answer(200, {}, b'{"a": 1}')


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITS", (0.0, 0.0))


@pytest.mark.criterion("desktop-15")
def test_a_write_that_nobody_answered_is_sent_again_under_the_same_key() -> None:
    transport = ScriptedTransport(Unreachable("gone"), Unreachable("gone"), OK)
    assert transport.send(Request("POST", "/x", body={}), Cancellation()).document == {"a": 1}
    keys = [headers["Idempotency-Key"] for _, headers in transport.sent]
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_two_writes_have_two_keys() -> None:
    transport = ScriptedTransport(OK, OK)
    for _ in range(2):
        transport.send(Request("POST", "/x"), Cancellation())
    assert len({headers["Idempotency-Key"] for _, headers in transport.sent}) == 2


def test_a_refusal_is_not_sent_again_but_a_limit_is_waited_for() -> None:
    transport = ScriptedTransport(Missing(Problem(404)))
    with pytest.raises(Missing):
        transport.send(Request("GET", "/x"), Cancellation())
    patient = ScriptedTransport(Limited(Problem(429)), OK)
    assert patient.send(Request("GET", "/x"), Cancellation()).status == 200


def test_a_third_silence_is_told() -> None:
    transport = ScriptedTransport(*[Unreachable("gone")] * 3)
    with pytest.raises(Unreachable):
        transport.send(Request("GET", "/x"), Cancellation())


def test_what_was_cancelled_is_not_sent() -> None:
    transport, cancellation = ScriptedTransport(OK), Cancellation()
    cancellation.say()
    with pytest.raises(Cancelled):
        transport.send(Request("GET", "/x"), cancellation)
    assert transport.sent == []


def test_a_port_that_nobody_listens_on_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        Transport(f"http://127.0.0.1:{free_port()}").send(Request("GET", "/healthz"), Cancellation())
