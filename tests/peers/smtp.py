"""A real SMTP server on loopback: plain, with STARTTLS, or in TLS from the first byte, and what it was given."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from server.system import tls
from tests.peers.ports import free_port

USER, PASSWORD = "junction@example.com", "a password: with/signs"


class Mailbox:
    """Takes messages, or refuses them with `answer`; `signed_in` are the names that gave the password."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.signed_in: list[str] = []
        self.answer: str | None = None
        self.port = free_port()

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer is not None:
            return self.answer
        self.messages.append(BytesParser(policy=default).parsebytes(envelope.content))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 taken"

    def authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password.decode() == PASSWORD
        if right:
            self.signed_in.append(given.login.decode())
        return AuthResult(success=right, handled=False)


@pytest.fixture
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate for localhost, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    tls.create_self_signed(folder / "certificate.pem", folder / "key.pem", ["localhost", "127.0.0.1"])
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def smtp(certificate: tuple[Path, Path]) -> Iterator[Callable[[str], Mailbox]]:
    """Return a function that starts a server: `plain`, `starttls` or `tls`."""
    with ExitStack() as running:

        def start(kind: str = "plain") -> Mailbox:
            box = Mailbox()
            context = None
            if kind != "plain":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*certificate)
            options: dict[str, Any] = {"tls_context": context, "require_starttls": True} if kind == "starttls" else {}
            if kind != "plain":
                options |= {"authenticator": box.authenticate, "auth_require_tls": kind == "starttls"}
            controller = Controller(box, hostname="127.0.0.1", port=box.port, ssl_context=context if kind == "tls" else None, **options)
            controller.start()
            running.callback(controller.stop)
            return box

        yield start
