"""A scripted mail server on loopback: takes messages, or answers by a plan for each recipient; TLS where a test wants it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.pace import PATIENCE
from tests.peers.ports import free_port


class Sink:
    """What arrived, and what is answered: `plan[address]` are answers to RCPT in turn, `data_plan` to the end of DATA."""

    def __init__(self) -> None:
        self.port = free_port()
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.plan: dict[str, list[str]] = defaultdict(list)
        self.data_plan: dict[str, list[str]] = defaultdict(list)
        self.tried: Counter[str] = Counter()
        self.connections = 0
        self.signed_in: list[str] = []
        self.passwords: dict[str, str] = {}
        self.arrived = threading.Condition()

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages that were taken, read."""
        return [BytesParser(policy=default).parsebytes(raw) for raw in self.raw]

    def recipients(self) -> list[str]:
        """Return who got something, in order."""
        return [to for _, to in self.envelopes]

    async def handle_EHLO(self, _server: SMTP, session: Any, _envelope: Any, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.tried[address] += 1
        if self.plan[address]:
            answer = self.plan[address].pop(0)
            if not answer.startswith("250"):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        answer = self.data_plan[to].pop(0) if self.data_plan[to] else "250 2.0.0 taken"
        if answer == "drop":
            await asyncio.sleep(0)
            cast("asyncio.Transport", server.transport).abort()
            return "421 gone"
        if answer.startswith("250"):
            with self.arrived:
                self.raw.append(envelope.content)
                self.envelopes.append((envelope.mail_from, to))
                self.arrived.notify_all()
        return answer

    def authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and self.passwords.get(given.login.decode()) == given.password.decode()
        if right:
            self.signed_in.append(given.login.decode())
        return AuthResult(success=right, handled=False)

    def wait_for(self, count: int, seconds: float = PATIENCE) -> None:
        """Wait until so many messages were taken."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.envelopes) >= count, seconds), f"only {len(self.envelopes)} of {count} arrived"


class _Xoauth2(SMTP):
    """Knows XOAUTH2 too."""

    async def auth_XOAUTH2(self, _server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        import base64

        sink: Sink = self.event_handler
        user, _, rest = base64.b64decode(arguments[1]).decode().removeprefix("user=").partition("\x01")
        token = rest.removeprefix("auth=Bearer ").strip("\x01")
        if sink.passwords.get(user) == token:
            sink.signed_in.append(user)
            return AuthResult(success=True)
        await self.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        await self._reader.readline()
        return AuthResult(success=False, handled=False)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Xoauth2(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def sink(certificate: tuple[Path, Path]) -> Iterator[Callable[..., Sink]]:
    """Return a function that starts a server: `plain`, `starttls` or `tls`."""
    with ExitStack() as running:

        def start(kind: str = "plain") -> Sink:
            box = Sink()
            context = None
            if kind != "plain":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*certificate)
            options: dict[str, Any] = {"tls_context": context} if kind == "starttls" else {}
            if kind != "plain":
                options |= {"authenticator": box.authenticate, "auth_require_tls": kind == "starttls"}
            controller = _Controller(box, hostname="127.0.0.1", port=box.port, ssl_context=context if kind == "tls" else None, **options)
            controller.start()
            running.callback(controller.stop)
            return box

        yield start
