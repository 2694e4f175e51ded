"""Opening a mailbox: what holds for every protocol, shown with one whose server does as a test says."""

from __future__ import annotations

import imaplib
import poplib
import socket
import ssl
from collections.abc import Iterator

import pytest

from server.domain.errors import Later, NeedsUser
from server.outbound.mailboxes import MailboxSession, MailServer, brief

SERVER = MailServer("mail.example.com", 993, "tls", "alice", token="t")


class Scripted(MailboxSession[list[str]]):
    """A protocol whose client is the list of what was done."""

    AWAY = (*MailboxSession.AWAY, KeyError)
    socket: object = None
    fault: Exception | None = None

    def __init__(self, done: list[str]) -> None:
        self.done = done
        super().__init__(SERVER)

    def _opened(self, trusted: ssl.SSLContext) -> list[str]:
        return self.done

    def _socket(self) -> object:
        return self.socket

    def _sign_in(self) -> None:
        self.done.append("signed in")
        if self.fault:
            raise self.fault

    def _leave(self) -> None:
        self.done.append("left")
        raise KeyError

    def _hang_up(self) -> None:
        self.done.append("hung up")
        raise OSError


@pytest.fixture
def encrypted() -> Iterator[ssl.SSLSocket]:
    with ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="x", do_handshake_on_connect=False) as found:
        yield found


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (imaplib.IMAP4.error(b"[AUTHENTICATIONFAILED] Authentication failed."), "[AUTHENTICATIONFAILED] Authentication failed."),
        (poplib.error_proto(b"-ERR no such user"), "-ERR no such user"),
        ([b"[NONEXISTENT] no such folder"], "[NONEXISTENT] no such folder"),
        (ValueError("nonsense"), "nonsense"),
        (OSError("cannot read from timed out object"), "cannot read from timed out object"),
        (EOFError(), ""),
        ("x" * 300, "x" * 200),
    ],
)
def test_what_a_server_said_is_told_in_its_words_alone(what: object, words: str) -> None:
    assert brief(what) == words


def test_a_password_is_never_sent_without_tls_and_the_connection_is_ended() -> None:
    done: list[str] = []
    with pytest.raises(NeedsUser, match="without TLS"):
        Scripted(done)
    assert done == ["left", "hung up"]


def test_a_server_that_is_away_is_tried_later_and_one_that_refuses_needs_the_user(monkeypatch: pytest.MonkeyPatch, encrypted: ssl.SSLSocket) -> None:
    monkeypatch.setattr(Scripted, "socket", encrypted)
    assert Scripted([]).done == ["signed in"]
    for fault in (KeyError("gone"), OSError("gone"), EOFError("gone")):
        monkeypatch.setattr(Scripted, "fault", fault)
        with pytest.raises(Later, match="gone"):
            Scripted([])
    monkeypatch.setattr(Scripted, "fault", NeedsUser("no"))
    with pytest.raises(NeedsUser):
        Scripted([])


def test_a_token_is_said_as_vendors_read_it() -> None:
    assert SERVER.bearer == b"user=alice\x01auth=Bearer t\x01\x01"
