"""Submission: a tenant's own mail program sends with a key as its password, over TLS, and every refusal says why."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services import keys, limits, lockouts
from server.services.credentials import Credentials
from server.services.email import searching
from server.services.keys import NewKey
from server.services.limits import Limiter
from server.store import email_messages
from server.system import clock
from server.web.smtp import submission
from tests.mailing import listening, sending_settings, verified


@pytest.fixture
def port(alice: Actor, tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[int]:
    """Return the port of a listener that runs in a thread of its own."""
    verified(alice.tenant_id, "example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    limits.install(Limiter())
    settings = sending_settings(tmp_path, **{"email.max_recipients": 2, "email.max_message_bytes": 20_000})
    with listening(lambda execution, sock: submission.listen(settings, Credentials(), execution, sock, context)) as number:
        yield number


@pytest.fixture
def client(port: int, certificate: tuple[Path, Path]) -> Iterator[Callable[[], smtplib.SMTP]]:
    """Return a function that connects and starts TLS."""
    opened_ones: list[smtplib.SMTP] = []

    def connect() -> smtplib.SMTP:
        found = smtplib.SMTP("localhost", port, timeout=10)
        opened_ones.append(found)
        found.starttls(context=ssl.create_default_context(cafile=str(certificate[0])))
        return found

    yield connect
    for one in opened_ones:
        one.close()


@pytest.fixture
def key(alice: Actor) -> str:
    return str(keys.create(alice, NewKey.model_validate({"name": "mail", "scopes": ["email:write"]}))["key"])


def letter(sender: str = "Alice <alice@example.com>", subject: str = "Grüße") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Bcc"] = sender, "bob@customer.test", subject, "carl@customer.test"
    message.set_content("Hello\n")
    return message


def test_a_message_is_in_the_queue_when_the_server_says_so(alice: Actor, client: Callable[[], smtplib.SMTP], key: str) -> None:
    connection = client()
    connection.login("anything", key)
    connection.sendmail("alice@example.com", ["bob@customer.test", "carl@customer.test"], letter().as_bytes())
    (found,), _ = searching.list_page(alice, {}, None, 10)
    assert (found["origin"], found["to"], found["bcc"], found["subject"]) == ("smtp", ["bob@customer.test"], ["carl@customer.test"], "Grüße")
    content = email_messages.content(alice.tenant_id, alice.mode, found["id"])
    assert content is not None
    assert b"carl" not in content
    assert b"Message-ID: <mail_" in content
    assert b"\r\nDate: " in content


@pytest.mark.criterion("email-15")
@pytest.mark.parametrize("sender", ["eve@elsewhere.test", "a@example.com, b@elsewhere.test", "x@sub.example.org"])
def test_a_sender_whose_domain_is_not_verified_is_refused(alice: Actor, client: Callable[[], smtplib.SMTP], key: str, sender: str) -> None:
    connection = client()
    connection.login("anything", key)
    with pytest.raises(smtplib.SMTPDataError) as caught:
        connection.sendmail("alice@example.com", ["bob@customer.test"], letter(sender).as_bytes())
    assert caught.value.smtp_code == 550
    assert searching.list_page(alice, {}, None, 10)[0] == []


def test_nobody_gets_in_with_a_wrong_key_or_without_tls(port: int, client: Callable[[], smtplib.SMTP]) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client().login("anything", "jct_live_wrong")
    with smtplib.SMTP("localhost", port, timeout=10) as plain:
        assert plain.docmd("MAIL FROM:<a@example.com>")[0] == 530
    unknown = client()
    unknown.ehlo()
    assert unknown.docmd("MAIL FROM:<a@example.com>")[0] == 530


def test_an_address_that_fails_too_often_is_refused_unheard_and_heard_again_later(
    alice: Actor, client: Callable[[], smtplib.SMTP], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(lockouts.FREE_FOR_ADDRESS // 5 + 1):
        connection = client()
        connection.ehlo()
        answers = [connection.docmd("AUTH PLAIN AHgAd3Jvbmc=") for _ in range(5)]
    assert answers[-1][0] == 454
    assert b"try again in" in answers[-1][1]
    with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        client().login("anything", key)
    assert caught.value.smtp_code == 454, "even the right key is not heard"
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + lockouts.LONGEST_MS)
    connection = client()
    connection.login("anything", key)
    connection.sendmail("alice@example.com", ["bob@customer.test"], letter().as_bytes())
    assert len(searching.list_page(alice, {}, None, 10)[0]) == 1


def test_one_connection_may_try_a_few_times_only(client: Callable[[], smtplib.SMTP]) -> None:
    connection = client()
    connection.ehlo()
    assert [connection.docmd("AUTH PLAIN AHgAd3Jvbmc=")[0] for _ in range(6)] == [535] * 5 + [421]


def test_each_message_counts_as_a_request_does(alice: Actor, client: Callable[[], smtplib.SMTP]) -> None:
    limited = NewKey.model_validate({"name": "slow", "scopes": ["email:write"], "limits": [{"requests": 1, "period": "hour"}]})
    connection = client()
    connection.login("anything", str(keys.create(alice, limited)["key"]))
    connection.sendmail("alice@example.com", ["bob@customer.test"], letter().as_bytes())
    with pytest.raises(smtplib.SMTPDataError) as caught:
        connection.sendmail("alice@example.com", ["bob@customer.test"], letter().as_bytes())
    assert (caught.value.smtp_code, "limit of 1" in str(caught.value.smtp_error)) == (451, True)


def test_a_key_that_may_not_send_is_told_so(alice: Actor, client: Callable[[], smtplib.SMTP]) -> None:
    connection = client()
    connection.login("anything", str(keys.create(alice, NewKey.model_validate({"name": "reads", "scopes": ["email:read"]}))["key"]))
    with pytest.raises(smtplib.SMTPDataError) as caught:
        connection.sendmail("alice@example.com", ["bob@customer.test"], letter().as_bytes())
    assert (caught.value.smtp_code, "email:write" in str(caught.value.smtp_error)) == (550, True)


def test_too_many_recipients_and_too_much_are_refused_with_their_reason(client: Callable[[], smtplib.SMTP], key: str) -> None:
    connection = client()
    connection.login("anything", key)
    refused = connection.sendmail("alice@example.com", ["a@c.test", "b@c.test", "c@c.test"], letter().as_bytes())
    assert refused["c@c.test"][0] == 452
    large = letter()
    large.set_content("x" * 70 + "\n" + "line\n" * 10_000)
    with pytest.raises(smtplib.SMTPResponseException) as caught:
        connection.sendmail("alice@example.com", ["a@c.test"], large.as_bytes())
    assert caught.value.smtp_code == 552
