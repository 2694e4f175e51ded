"""SMTP from other servers (RFC 5321): mail for the addresses of routes, and what comes back to our return paths.

Nothing is relayed, nobody can sign in, and TLS is offered to everybody. What is accepted is committed before the server says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiosmtpd.smtp import SMTP

from server.domain.errors import JunctionError, Later
from server.services.email import receiving
from server.services.email.receiving import Handed
from server.web.routes import Runs

if TYPE_CHECKING:
    import asyncio
    import socket
    import ssl

    from server.system.settings import Settings
    from server.web.execution import Execution

_TIMEOUT_SECONDS: Final = 120
_MOST_RECIPIENTS: Final = 100
_STATUS: Final = {"mail_disowned": "550 5.7.1", "mail_loop": "554 5.4.6"}
_TEMPORARY: Final = "451 4.3.0 Try again later"


class Inbound:
    """Answers one listening socket."""

    def __init__(self, settings: Settings, execution: Execution) -> None:
        """Take what requests over HTTP stand on too."""
        self._settings = settings
        self._execution = execution

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - the library's name
        """Take a recipient whom a route or a return path names."""
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients for one message"
        try:
            known = await self._execution.run(Runs.READ, lambda: receiving.owners([address]))
        except JunctionError:
            return _TEMPORARY
        if not known:
            return "550 5.1.1 There is nobody here with this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Take a message in, or say why not."""
        handed = Handed(str(session.peer[0]), session.host_name or "", envelope.mail_from or "")
        raw, people = bytes(envelope.content), tuple(envelope.rcpt_tos)
        try:
            taken = await self._execution.run(
                Runs.WORK, lambda: receiving.receive(raw, handed, people, refuse_disowned=self._settings.email.refuse_disowned)
            )
        except Later as error:
            return f"451 4.3.0 {error.detail}"[:500]
        except JunctionError as error:
            return f"{_STATUS.get(error.stable_code, '554 5.6.0')} {error.detail}"[:500]
        return f"250 2.0.0 taken as {taken[0]}" if taken else "550 5.1.1 There is nobody here with these addresses any more"

    def server(self, tls: ssl.SSLContext | None, loop: asyncio.AbstractEventLoop) -> SMTP:
        """Return the protocol of one connection."""
        return SMTP(
            self,
            data_size_limit=self._settings.email.max_message_bytes,
            hostname=self._settings.domains.mail_host or self._settings.email.helo_name or "localhost",
            ident="Junction",
            tls_context=tls,
            timeout=_TIMEOUT_SECONDS,
            loop=loop,
        )


async def listen(settings: Settings, execution: Execution, listener: socket.socket, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Answer SMTP on a listening socket until the server is closed."""
    import asyncio

    door, loop = Inbound(settings, execution), asyncio.get_running_loop()
    return await loop.create_server(lambda: door.server(tls, loop), sock=listener)
