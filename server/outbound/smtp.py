"""Speaking SMTP: one session to one server, step by step, through the address guard; every failure names its step and the server's words.

A message is handed over in two halves: `begin` does everything but the last line, `finish` sends that line and reads the
answer. Only between the two is it uncertain who has the message.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from server.domain.errors import Later
from server.outbound.guard import AddressRefused
from server.outbound.sockets import connect

TIMEOUT_SECONDS: Final = 20
PORTS: Final = {"starttls": 587, "tls": 465, "opportunistic": 25, "none": 25}
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_DOTS = re.compile(rb"(?m)^\.")
_KEPT: Final = 1000


class Reply(NamedTuple):
    """What a server answered."""

    code: int
    text: str

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code (RFC 3463) at its beginning, or None."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else None

    @property
    def accepted(self) -> bool:
        """Whether it is a yes."""
        return 200 <= self.code <= 299


@dataclass(frozen=True, slots=True)
class Peer:
    """A server to speak to: its name is what its certificate has to show, `address` where it is connected to instead.

    `starttls` and `tls` are required and verified; `opportunistic` takes what is offered, whoever vouches for it. With a
    `token` the sign-in is XOAUTH2.
    """

    host: str
    port: int
    security: str = "starttls"
    username: str = ""
    password: str = ""
    token: str = ""
    address: str = ""


class Tls(NamedTuple):
    """How a session is encrypted, and whether the certificate was the server's own."""

    version: str
    verified: bool


class SmtpFailed(Later):
    """A step of a session failed; `step` is connect, greeting, tls, auth or send, `reply` what the server said, if it did."""

    code = "mail_unreachable"

    def __init__(self, step: str, detail: str, reply: Reply | None = None) -> None:
        """Take the step and the words."""
        super().__init__(detail[:_KEPT])
        self.step = step
        self.reply = reply


class _Guarded(smtplib.SMTP):
    """Connects through the guard, to a server whose name is known already."""

    def __init__(self, host: str, local_hostname: str, timeout: float) -> None:
        super().__init__(local_hostname=local_hostname, timeout=timeout)
        self._host = host

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        found = connect(host, port, timeout)
        # The last line of a message is a packet of its own, and must not wait until the one before is acknowledged.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found


class _GuardedTls(_Guarded):
    """Connects through the guard, in TLS from the first byte."""

    def __init__(self, host: str, local_hostname: str, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(host, local_hostname, timeout)
        self._context = context

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return self._context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=self._host)


def unverified_context() -> ssl.SSLContext:
    """Return a context that encrypts and believes any certificate: better than nothing where nothing was promised (RFC 7435)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Session:
    """A connection that messages are handed over on, one after the other."""

    def __init__(self, peer: Peer, *, helo: str, context: ssl.SSLContext | None = None, timeout: float = TIMEOUT_SECONDS) -> None:
        """Connect, encrypt and sign in as the peer says. Raises SmtpFailed naming the step, AddressRefused."""
        self.peer = peer
        self.tls: Tls | None = None
        self.sent = 0
        self._context = context or ssl.create_default_context()
        implicit = peer.security == "tls"
        self._client = _GuardedTls(peer.host, helo, timeout, self._context) if implicit else _Guarded(peer.host, helo, timeout)
        try:
            self._open(implicit)
        except BaseException:
            self._client.close()
            raise

    def _open(self, implicit: bool) -> None:  # noqa: FBT001 - one of two ways
        peer = self.peer
        try:
            code, said = self._client.connect(peer.address or peer.host, peer.port)
        except ssl.SSLError as error:
            raise SmtpFailed("tls", f"{peer.host} could not be trusted: {error}") from error
        except AddressRefused:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise SmtpFailed("connect", f"{peer.host}:{peer.port} could not be reached: {error}") from error
        self._expect("greeting", Reply(code, _text(said)))
        self._say_hello()
        if implicit:
            self._note_tls()
        elif peer.security == "starttls" or (peer.security == "opportunistic" and self._client.has_extn("starttls")):
            self._encrypt()
        if peer.username:
            self._sign_in()

    def _expect(self, step: str, reply: Reply) -> None:
        if not reply.accepted:
            raise SmtpFailed(step, f"{self.peer.host} answered {reply.code} {reply.text}", reply)

    def _say_hello(self) -> None:
        try:
            self._client.ehlo_or_helo_if_needed()
        except smtplib.SMTPHeloError as error:
            self._expect("greeting", Reply(error.smtp_code, _text(error.smtp_error)))
        except (OSError, smtplib.SMTPException) as error:
            raise SmtpFailed("greeting", f"{self.peer.host} ended the connection: {error}") from error

    def _encrypt(self) -> None:
        try:
            code, said = self._client.starttls(context=self._context)
            if code != 220:
                raise SmtpFailed("tls", f"{self.peer.host} answered {code} {_text(said)}", Reply(code, _text(said)))
            self._note_tls()
            self._say_hello()
        except smtplib.SMTPResponseException as error:
            self._expect("tls", Reply(error.smtp_code, _text(error.smtp_error)))
        except (OSError, smtplib.SMTPException) as error:
            raise SmtpFailed("tls", f"{self.peer.host} offers no TLS that can be trusted: {error}") from error

    def _note_tls(self) -> None:
        if isinstance(self._client.sock, ssl.SSLSocket):
            self.tls = Tls(self._client.sock.version() or "TLS", self._context.verify_mode == ssl.CERT_REQUIRED)

    def _sign_in(self) -> None:
        peer = self.peer
        if not isinstance(self._client.sock, ssl.SSLSocket):
            raise SmtpFailed("auth", "A password is never sent without TLS.")
        try:
            if peer.token:
                code, said = self._client.auth("XOAUTH2", _xoauth2(peer.username, peer.token))
                self._expect("auth", Reply(code, _text(said)))
            else:
                self._client.login(peer.username, peer.password)
        except smtplib.SMTPResponseException as error:
            self._expect("auth", Reply(error.smtp_code, _text(error.smtp_error)))
        except (OSError, smtplib.SMTPException) as error:
            raise SmtpFailed("auth", f"{peer.host} takes no sign-in: {error}") from error

    def begin(self, sender: str, recipient: str, body: bytes) -> Reply | None:
        """Hand over all but the last line; `body` is what `stuffed` returned. Returns a refusal, or None when `finish` is next."""
        size = f" SIZE={len(body)}" if self._client.has_extn("size") else ""
        commands = [f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>", "DATA"]
        try:
            refused = self._pipelined(commands) if self._client.has_extn("pipelining") else self._one_by_one(commands)
            if refused is None:
                self._client.send(body)
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost(error) from error
        return refused

    def _one_by_one(self, commands: list[str]) -> Reply | None:
        for command in commands:
            reply = self._reply(self._client.docmd(command))
            if not 200 <= reply.code <= 399:
                self._reset(reply)
                return reply
        return None

    def _pipelined(self, commands: list[str]) -> Reply | None:
        """Send the commands at once (RFC 2920); a server that refused the recipient may still ask for a message, and is given none."""
        self._client.send("\r\n".join([*commands, ""]))
        replies = [self._reply(self._client.getreply()) for _ in commands]
        refused = next((reply for reply in replies if not 200 <= reply.code <= 399), None)
        if refused is not None and replies[-1].code == 354:
            self._client.send(".\r\n")
            self._client.getreply()
        if refused is not None:
            self._reset(refused)
        return refused

    def _reset(self, refused: Reply) -> None:
        if refused.code != 421:
            self._client.docmd("RSET")

    def finish(self) -> Reply:
        """Send the last line and return the answer. Raises SmtpFailed (`send`) when none came: the server may have the message, or not."""
        try:
            self._client.send(".\r\n")
            reply = self._reply(self._client.getreply())
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost(error) from error
        self.sent += 1
        return reply

    def _reply(self, answered: tuple[int, bytes]) -> Reply:
        return Reply(answered[0], _text(answered[1]))

    def _lost(self, error: Exception) -> SmtpFailed:
        return SmtpFailed("send", f"{self.peer.host} ended the connection: {error}")

    def close(self) -> None:
        """End politely, whatever the server makes of it."""
        with suppress(OSError, smtplib.SMTPException):
            self._client.quit()
        self._client.close()


def stuffed(body: bytes) -> bytes:
    """Return a message as it travels: no line is a dot alone, and the last one is ended."""
    doubled = _DOTS.sub(b"..", body)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _xoauth2(username: str, token: str) -> Any:
    """Return the answers to the server's challenges: the token first, then nothing, which makes it say what is wrong."""
    return lambda challenge=None: f"user={username}\x01auth=Bearer {token}\x01\x01" if challenge is None else ""


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:_KEPT]
