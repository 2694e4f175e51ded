"""SMTP submission (RFC 6409) for tenants: an API key is the password, and nobody signs in without TLS.

What is accepted here is in the queue, committed, before the server says so; what is refused carries the reason in its reply.
Each message counts as a request does, and an address that failed to sign in too often is refused unheard, as at the other doors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiosmtpd.smtp import AuthResult, LoginPassword

from server.domain.actor import Actor
from server.domain.errors import Denied, JunctionError, Later, Limited, TooLarge, Unauthenticated, Unprocessable
from server.domain.mail import addressing
from server.services import limits, lockouts
from server.services.email import submitting
from server.store import database
from server.system import logs
from server.web.routes import Runs
from server.web.smtp.bounded import BoundedSmtp

if TYPE_CHECKING:
    import asyncio
    import socket
    import ssl

    from aiosmtpd.smtp import SMTP

    from server.services.credentials import Credential, Credentials
    from server.system.settings import Settings
    from server.web.execution import Execution

_TIMEOUT_SECONDS: Final = 600
"""Between two commands, so also for a message on a slow line (RFC 5321 4.5.3.2)."""
_PATH: Final = "/api/v1/email/messages"
log = logs.get_logger()


class Submission:
    """Answers one listening socket; `auth_data` of a session is the credential of whoever signed in."""

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
            return AuthResult(success=False, handled=False, message=f"535 5.7.8 {error.detail}")
        return AuthResult(success=True, auth_data=found)

    async def handle_AUTH(self, server: SMTP, session: Any, _envelope: Any, args: list[str]) -> str | None:  # noqa: N802 - the library's name
        """Let somebody in, count who fails, and hear nobody who has failed too often; None where the library has answered."""
        subjects = (lockouts.address(str(session.peer[0])),)
        try:
            await self._execution.run(Runs.POINT, lambda: lockouts.check(subjects))
        except Limited as error:
            return f"454 4.7.0 {error.detail}"
        result: AuthResult = await getattr(server, f"auth_{args[0]}")(server, args)
        if result.success:
            session.authenticated, session.auth_data = True, result.auth_data
            return "235 2.7.0 Signed in"
        if result.handled:
            return None
        await self._execution.run(Runs.WRITE, lambda: _count(subjects))
        return str(result.message or "535 5.7.8 This is no sign-in.")

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

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Take a message in, or say why not."""
        server.unused = 0
        address = str(session.peer[0])
        try:
            message_id = await self._execution.run(Runs.WORK, lambda: self._submit(session.auth_data, address, envelope))
        except JunctionError as error:
            return _refusal(error)
        return f"250 2.0.0 queued as {message_id}"

    def _submit(self, credential: Credential, address: str, envelope: Any) -> str:
        self._credentials.check(credential, address)
        verdict = limits.limiter().take(credential.allowance, _PATH)
        if not verdict.allowed:
            raise Limited(f"The limit of {verdict.limit} requests is used up; go on in {verdict.reset} s.", retry_after=verdict.reset)
        found = credential
        actor = Actor(found.kind, found.id, found.tenant_id, found.mode, found.scopes, found.role, found.owner_id, address)
        return submitting.submit(actor, envelope.rcpt_tos, envelope.content, self._settings.email)

    def server(self, tls: ssl.SSLContext, loop: asyncio.AbstractEventLoop) -> SMTP:
        """Return the protocol of one connection."""
        return BoundedSmtp(
            self,
            most=self._settings.email.max_message_bytes,
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


def _count(subjects: tuple[lockouts.Subject, ...]) -> None:
    with database.transaction():
        lockouts.count_failure(subjects)


def _refusal(error: JunctionError) -> str:
    """Return an error as a reply; what may go well later is a 4xx."""
    told = "; ".join(dict.fromkeys([error.detail, *(fault.detail for fault in error.faults)]))
    status = "451 4.3.0" if isinstance(error, Later) else "552 5.3.4" if isinstance(error, TooLarge) else "550 5.7.1"
    return f"{status} {' '.join(told.split())}"[:500]


async def listen(settings: Settings, credentials: Credentials, execution: Execution, listener: socket.socket, tls: ssl.SSLContext) -> asyncio.Server:
    """Answer SMTP on a listening socket until the server is closed."""
    import asyncio

    door, loop = Submission(settings, credentials, execution), asyncio.get_running_loop()
    return await loop.create_server(lambda: door.server(tls, loop), sock=listener)
