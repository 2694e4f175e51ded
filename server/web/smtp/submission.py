"""SMTP submission (RFC 6409) for tenants: an API key is the password, and nobody signs in without TLS.

What is accepted here is in the queue, committed, before the server says so; what is refused carries the reason in its reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from server.domain.actor import Actor
from server.domain.errors import Denied, JunctionError, Later, TooLarge, Unauthenticated, Unprocessable
from server.domain.mail import addressing
from server.services.email import submitting
from server.system import logs
from server.web.routes import Runs

if TYPE_CHECKING:
    import asyncio
    import socket
    import ssl

    from server.services.credentials import Credentials
    from server.system.settings import Settings
    from server.web.execution import Execution

_TIMEOUT_SECONDS: Final = 120
log = logs.get_logger()


class Submission:
    """Answers one listening socket; `actor` of a session is whoever signed in."""

    def __init__(self, settings: Settings, credentials: Credentials, execution: Execution) -> None:
        """Take what requests over HTTP stand on too."""
        self._settings = settings
        self._credentials = credentials
        self._execution = execution

    def authenticate(self, _server: SMTP, session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        """Tell whether a key is good here; the name beside it is not looked at."""
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        text, address = given.password.decode("utf-8", "replace"), str(session.peer[0])
        try:
            found = self._credentials.remembered(text) or self._credentials.verify(text)
            self._credentials.check(found, address)
        except (Unauthenticated, Denied) as error:
            log.info("submission_refused", address=address, code=error.stable_code)
            return AuthResult(success=False, handled=False)
        actor = Actor(found.kind, found.id, found.tenant_id, found.mode, found.scopes, found.role, found.owner_id, address)
        return AuthResult(success=True, auth_data=actor)

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - the library's name
        """Take a recipient, or say why not."""
        if len(envelope.rcpt_tos) >= self._settings.email.max_recipients:
            return "452 4.5.3 Too many recipients for one message"
        try:
            addressing.mailbox(address)
        except Unprocessable as error:
            return f"553 5.1.3 {error.detail}"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Take a message in, or say why not."""
        actor, limits = session.auth_data, self._settings.email
        try:
            message_id = await self._execution.run(Runs.WORK, lambda: submitting.submit(actor, envelope.rcpt_tos, envelope.content, limits))
        except JunctionError as error:
            return _refusal(error)
        return f"250 2.0.0 queued as {message_id}"

    def server(self, tls: ssl.SSLContext, loop: asyncio.AbstractEventLoop) -> SMTP:
        """Return the protocol of one connection."""
        return SMTP(
            self,
            data_size_limit=self._settings.email.max_message_bytes,
            hostname=self._settings.email.helo_name or "localhost",
            ident="Junction",
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=self.authenticate,
            timeout=_TIMEOUT_SECONDS,
            loop=loop,
        )


def _refusal(error: JunctionError) -> str:
    """Return an error as a reply; what may go well later is a 4xx."""
    if isinstance(error, Later):
        return f"451 4.3.0 {error.detail}"
    code = "552 5.3.4" if isinstance(error, TooLarge) else "550 5.7.1"
    return f"{code} {error.detail}"[:500]


async def listen(settings: Settings, credentials: Credentials, execution: Execution, listener: socket.socket, tls: ssl.SSLContext) -> asyncio.Server:
    """Answer SMTP on a listening socket until the server is closed."""
    import asyncio

    door, loop = Submission(settings, credentials, execution), asyncio.get_running_loop()
    return await loop.create_server(lambda: door.server(tls, loop), sock=listener)
