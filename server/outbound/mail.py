"""The appliance's own mail: one message to one recipient by `mail.system_smtp`, over verified TLS, to a vetted address.

smtp://user:password@host:587?starttls     TLS is required, not merely tried
smtps://user:password@host:465             TLS from the first byte
smtp://host:25                             no TLS, so no password either
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from server.domain.errors import Later, Skip
from server.outbound.smtp import TIMEOUT_SECONDS, Peer, Reply, Session, SmtpFailed, stuffed

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


def peer_of(url: str) -> Peer:
    """Return the server that an address of the forms above names. Raises Skip for a password that would travel in the clear."""
    server = urlsplit(url)
    security = "tls" if server.scheme == "smtps" else "starttls" if "starttls" in server.query.lower() else "none"
    if server.username and security == "none":
        raise Skip("A password is never sent without TLS: add ?starttls to the address, or use smtps.", code="mail_without_tls")
    port = server.port or _PORTS[server.scheme]
    return Peer(server.hostname or "", port, security, unquote(server.username or ""), unquote(server.password or ""))


def send(url: str, mail: Mail, context: ssl.SSLContext | None = None) -> None:
    """Hand a message to the mail server. Raises Later when another attempt may succeed, Skip when none will, AddressRefused."""
    sender = parseaddr(mail.sender)[1]
    try:
        session = Session(peer_of(url), helo=sender.rpartition("@")[2] or "localhost", context=context, timeout=TIMEOUT_SECONDS)
        try:
            reply = session.begin(sender, parseaddr(mail.to)[1], stuffed(_composed(mail).as_bytes(policy=SMTP))) or session.finish()
        finally:
            session.close()
    except SmtpFailed as error:
        if error.reply is None:
            raise Later(f"The mail server could not be reached: {error.detail}", code="mail_unreachable") from error
        raise _meaning(error.reply) from error
    if not reply.accepted:
        raise _meaning(reply)


def _meaning(reply: Reply) -> Later | Skip:
    detail = f"The mail server answered {reply.code} {reply.text}"[:500]
    return Skip(detail, code="mail_refused") if reply.code >= _PERMANENT else Later(detail, code="mail_delayed")


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
