"""Mail goes to a real server, over TLS that is verified, and a refusal says whether to try again."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from server.domain.errors import Later, Skip
from server.outbound import guard, mail
from server.outbound.mail import Mail
from tests.peers.smtp import PASSWORD, USER, Mailbox

MAIL = Mail("out_1", "Junction <junction@example.com>", "ada@example.com", "You are\r\n invited", "Grüße\n", "<p>Grüße</p>")
CREDENTIALS = f"{quote(USER)}:{quote(PASSWORD, safe='')}"


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    guard.install(["127.0.0.0/8"])
    yield
    guard.install(())


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """Return a context that trusts the server's own certificate."""
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_a_message_arrives_as_text_and_as_html(smtp: Callable[[str], Mailbox]) -> None:
    box = smtp("plain")
    mail.send(f"smtp://127.0.0.1:{box.port}", MAIL)
    (message,) = box.messages
    assert box.envelopes == [("junction@example.com", ["ada@example.com"])]
    assert (message["Subject"], message["Message-ID"], message["Auto-Submitted"]) == ("You are invited", "<out_1@example.com>", "auto-generated")
    parts = [(part.get_content_type(), part.get_content().strip()) for part in message.iter_parts()]
    assert parts == [("text/plain", "Grüße"), ("text/html", "<p>Grüße</p>")]


@pytest.mark.parametrize(("kind", "form"), [("starttls", "smtp://{}@localhost:{}?starttls"), ("tls", "smtps://{}@localhost:{}")])
def test_it_signs_in_over_tls(smtp: Callable[[str], Mailbox], trusting: ssl.SSLContext, kind: str, form: str) -> None:
    box = smtp(kind)
    mail.send(form.format(CREDENTIALS, box.port), MAIL, trusting)
    assert box.signed_in == [USER]
    assert len(box.messages) == 1


@pytest.mark.parametrize(("kind", "form"), [("starttls", "smtp://localhost:{}?starttls"), ("tls", "smtps://localhost:{}")])
def test_a_certificate_that_nobody_vouches_for_is_refused(smtp: Callable[[str], Mailbox], kind: str, form: str) -> None:
    box = smtp(kind)
    with pytest.raises(Later):
        mail.send(form.format(box.port), MAIL)
    assert box.messages == []


def test_a_certificate_for_another_name_is_refused(smtp: Callable[[str], Mailbox], trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    box, real = smtp("tls"), socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **named: real("127.0.0.1", *rest, **named))
    with pytest.raises(Later, match=r"certificate is not valid for 'mail\.example'"):
        mail.send(f"smtps://mail.example:{box.port}", MAIL, trusting)


def test_a_password_never_travels_without_tls(smtp: Callable[[str], Mailbox]) -> None:
    box = smtp("plain")
    with pytest.raises(Skip) as caught:
        mail.send(f"smtp://{CREDENTIALS}@127.0.0.1:{box.port}", MAIL)
    assert caught.value.stable_code == "mail_without_tls"


@pytest.mark.parametrize(("answer", "kind"), [("451 later, please", Later), ("550 no such user", Skip)])
def test_the_server_says_whether_to_try_again(smtp: Callable[[str], Mailbox], answer: str, kind: type[Exception]) -> None:
    box = smtp("plain")
    box.answer = answer
    with pytest.raises(kind, match=answer[:3]):
        mail.send(f"smtp://127.0.0.1:{box.port}", MAIL)


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(Later) as caught:
        mail.send("smtp://127.0.0.1:9", MAIL)
    assert caught.value.stable_code == "mail_unreachable"


def test_a_private_mail_server_needs_to_be_allowed(smtp: Callable[[str], Mailbox]) -> None:
    box = smtp("plain")
    guard.install(())
    with pytest.raises(guard.AddressRefused):
        mail.send(f"smtp://127.0.0.1:{box.port}", MAIL)
    assert box.messages == []
