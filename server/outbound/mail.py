"""The appliance's own mail: one message to one recipient by `mail.system_smtp`, over verified TLS, to a vetted address.

smtp://user:password@host:587?starttls     TLS is required, not merely tried
smtps://user:password@host:465             TLS from the first byte
smtp://host:25                             no TLS, so no password either
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from server.domain.errors import Later, Skip
from server.outbound.sockets import connect

TIMEOUT_SECONDS: Final = 20
_PORTS: Final = {"smtp": 587, "smtps": 465}
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent: `id` makes the Message-ID, the same at every attempt; `sender` and `to` may hold a name."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str


class _Client(smtplib.SMTP):
    """Connects through the guard."""

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return connect(host, port, timeout)


class _TlsClient(smtplib.SMTP_SSL):
    """Connects through the guard, in TLS."""

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return self.context.wrap_socket(connect(host, port, timeout), server_hostname=host)


def send(url: str, mail: Mail, context: ssl.SSLContext | None = None) -> None:
    """Hand a message to the mail server. Raises Later when another attempt may succeed, Skip when none will, AddressRefused."""
    server = urlsplit(url)
    try:
        with _open(server, context or ssl.create_default_context()) as client:
            client.send_message(_composed(mail), parseaddr(mail.sender)[1], [parseaddr(mail.to)[1]])
    except smtplib.SMTPResponseException as error:
        raise _meaning(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _meaning(*next(iter(error.recipients.values()))) from error
    except OSError as error:
        raise Later(f"The mail server could not be reached: {error}", code="mail_unreachable") from error


def _open(server: SplitResult, context: ssl.SSLContext) -> smtplib.SMTP:
    host, port = server.hostname or "", server.port or _PORTS[server.scheme]
    if server.scheme == "smtps":
        client: smtplib.SMTP = _TlsClient(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        client = _Client(host, port, timeout=TIMEOUT_SECONDS)
    try:
        if server.scheme == "smtp" and "starttls" in server.query.lower():
            client.starttls(context=context)
        if server.username:
            _sign_in(client, server)
    except BaseException:
        client.close()
        raise
    return client


def _sign_in(client: smtplib.SMTP, server: SplitResult) -> None:
    if not isinstance(client.sock, ssl.SSLSocket):
        raise Skip("A password is never sent without TLS: add ?starttls to mail.system_smtp, or use smtps.", code="mail_without_tls")
    client.login(unquote(server.username or ""), unquote(server.password or ""))


def _meaning(status: int, said: bytes | str) -> Later | Skip:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    detail = f"The mail server answered {status} {text}"[:500]
    return Skip(detail, code="mail_refused") if status >= _PERMANENT else Later(detail, code="mail_delayed")


def _composed(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    name, address = parseaddr(mail.sender)
    message["From"] = formataddr((name, address))
    message["To"] = mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
