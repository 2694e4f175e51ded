"""Sessions with real servers: TLS that is verified, sign-in by password and by token, and a failure that names its step."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.outbound import guard
from server.outbound.guard import AddressRefused
from server.outbound.smtp import Peer, Reply, Session, SmtpFailed, stuffed, unverified_context
from tests.peers.ports import free_port
from tests.peers.sink import Sink

BODY = stuffed(b"Subject: x\r\n\r\n.hidden\r\nend")


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    guard.install(["127.0.0.0/8"])
    yield
    guard.install(())


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """Return a context that trusts the server's own certificate."""
    return ssl.create_default_context(cafile=str(certificate[0]))


def deliver(session: Session, to: str = "bob@customer.test") -> Reply:
    reply = session.begin("a@example.com", to, BODY) or session.finish()
    session.close()
    return reply


def test_a_message_arrives_as_it_is_dots_and_all(sink: Callable[..., Sink]) -> None:
    box = sink("plain")
    session = Session(Peer("127.0.0.1", box.port, "none"), helo="out.example.com")
    assert deliver(session).code == 250
    assert box.raw == [b"Subject: x\r\n\r\n.hidden\r\nend\r\n"]
    assert session.tls is None


@pytest.mark.criterion("email-17")
@pytest.mark.parametrize(("kind", "security"), [("starttls", "starttls"), ("tls", "tls")])
def test_tls_is_verified_and_told(sink: Callable[..., Sink], trusting: ssl.SSLContext, kind: str, security: str) -> None:
    box = sink(kind)
    box.passwords = {"u": "p"}
    session = Session(Peer("localhost", box.port, security, "u", "p"), helo="x", context=trusting)
    assert session.tls is not None
    assert session.tls.verified
    assert session.tls.version.startswith("TLS")
    assert deliver(session).accepted
    assert box.signed_in == ["u"]
    with pytest.raises(SmtpFailed) as caught:
        Session(Peer("localhost", box.port, security, "u", "p"), helo="x")
    assert caught.value.step == "tls"


@pytest.mark.criterion("email-17")
def test_a_server_that_must_be_encrypted_and_is_not_gets_nothing(sink: Callable[..., Sink]) -> None:
    box = sink("plain")
    with pytest.raises(SmtpFailed) as caught:
        Session(Peer("127.0.0.1", box.port, "starttls"), helo="x")
    assert (caught.value.step, box.raw) == ("tls", [])


def test_what_is_offered_is_taken_whoever_vouches_for_it(sink: Callable[..., Sink]) -> None:
    box = sink("starttls")
    session = Session(Peer("mx.test", box.port, "opportunistic", address="127.0.0.1"), helo="x", context=unverified_context())
    assert session.tls is not None
    assert not session.tls.verified
    session.close()


@pytest.mark.criterion("email-10")
def test_a_token_signs_in_and_a_bad_one_is_told_with_the_servers_words(sink: Callable[..., Sink], trusting: ssl.SSLContext) -> None:
    box = sink("starttls")
    box.passwords = {"u@example.com": "good-token"}
    peer = Peer("localhost", box.port, "starttls", "u@example.com", token="good-token")
    assert deliver(Session(peer, helo="x", context=trusting)).accepted
    assert box.signed_in == ["u@example.com"]
    with pytest.raises(SmtpFailed) as caught:
        Session(Peer("localhost", box.port, "starttls", "u@example.com", token="bad"), helo="x", context=trusting)
    assert caught.value.step == "auth"
    assert caught.value.reply is not None
    assert caught.value.reply.code == 535


def test_a_password_never_travels_without_tls(sink: Callable[..., Sink]) -> None:
    box = sink("plain")
    with pytest.raises(SmtpFailed, match="without TLS"):
        Session(Peer("127.0.0.1", box.port, "none", "u", "p"), helo="x")


def test_a_refused_recipient_leaves_the_session_good_for_the_next(sink: Callable[..., Sink]) -> None:
    box = sink("plain")
    box.plan["bob@customer.test"] = ["550 5.1.1 Nobody here"]
    session = Session(Peer("127.0.0.1", box.port, "none"), helo="x")
    refused = session.begin("a@example.com", "bob@customer.test", BODY)
    assert refused == Reply(550, "5.1.1 Nobody here")
    assert refused.enhanced == "5.1.1"
    assert deliver(session, "carl@customer.test").accepted


def test_nobody_there_and_places_that_are_off_limits_are_told_apart() -> None:
    with pytest.raises(SmtpFailed) as caught:
        Session(Peer("127.0.0.1", free_port(), "none"), helo="x")
    assert caught.value.step == "connect"
    guard.install(())
    with pytest.raises(AddressRefused):
        Session(Peer("127.0.0.1", 25, "none"), helo="x")
