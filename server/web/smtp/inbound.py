"""SMTP from other servers (RFC 5321): mail for the addresses of routes, and what comes back to our return paths.

Nothing is relayed, nobody can sign in, and TLS is offered to everybody. What is accepted is committed before the server says so. Where a
message ends is beyond doubt: one that another server could take for two is refused (RFC 5321, section 4.1.1.4).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later
from server.services.email import inbound_policies, receiving
from server.services.email.receiving import Handed
from server.web.routes import Runs
from server.web.smtp.bounded import BoundedSmtp

if TYPE_CHECKING:
    import asyncio
    import socket
    import ssl

    from server.system.settings import Settings
    from server.web.execution import Execution

_TIMEOUT_SECONDS: Final = 120
_MOST_RECIPIENTS: Final = 100
_MOST_UNKNOWN: Final = 20
_MOST_CONNECTIONS: Final = 200
_MOST_OF_ONE: Final = 20
# A lone dot behind an end of line that is no CR LF: some servers end a message there, and take what follows for commands. Behind a CR LF
# the library has taken the dot away.
_SMUGGLED: Final = re.compile(rb"(?<!\r)\n\.[\r\n]|\r(?!\n)\.[\r\n]")
_STATUS: Final = {"mail_disowned": "550 5.7.1", "mail_loop": "554 5.4.6"}
_TEMPORARY: Final = "451 4.3.0 Try again later"


class Inbound:
    """Answers one listening socket."""

    def __init__(self, settings: Settings, execution: Execution) -> None:
        """Take what requests over HTTP stand on too."""
        self._settings = settings
        self._execution = execution
        self._open: Counter[str] = Counter()

    def arrived(self, address: str) -> bool:
        """Count a connection in, and tell whether there is room for it."""
        self._open[address] += 1
        return self._open[address] <= _MOST_OF_ONE and self._open.total() <= _MOST_CONNECTIONS

    def left(self, address: str) -> None:
        """Count a connection out."""
        self._open[address] -= 1
        self._open += Counter()  # whoever has none any more is forgotten

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - the library's name
        """Take a recipient whom a route or a return path names."""
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients for one message"
        try:
            known = await self._execution.run(Runs.READ, lambda: receiving.owners([address]))
        except JunctionError:
            return _TEMPORARY
        if not known:
            session.unknown = getattr(session, "unknown", 0) + 1
            if session.unknown > _MOST_UNKNOWN:
                server.send_off(b"421 4.7.0 Too many addresses that are not here")
            return "550 5.1.1 There is nobody here with this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Take a message in, or say why not."""
        server.unused = 0
        if _SMUGGLED.search(envelope.content):
            return "554 5.6.0 A line of one dot that does not end and begin with CR LF is not taken"
        handed = Handed(str(session.peer[0]), session.host_name or "", envelope.mail_from or "")
        raw, people = bytes(envelope.content), tuple(envelope.rcpt_tos)
        try:
            taken = await self._execution.run(
                Runs.WORK, lambda: receiving.receive(raw, handed, people, inbound_policies.of_appliance(self._settings))
            )
        except Later as error:
            return f"451 4.3.0 {error.detail}"[:500]
        except JunctionError as error:
            return f"{_STATUS.get(error.stable_code, '554 5.6.0')} {error.detail}"[:500]
        return f"250 2.0.0 taken as {taken[0]}" if taken else "550 5.1.1 There is nobody here with these addresses any more"

    def server(self, tls: ssl.SSLContext | None, loop: asyncio.AbstractEventLoop) -> BoundedSmtp:
        """Return the protocol of one connection."""
        return _Connection(
            self,
            most=self._settings.email.max_message_bytes,
            hostname=self._settings.domains.mail_host or self._settings.email.helo_name or "localhost",
            ident="Junction",
            tls_context=tls,
            timeout=_TIMEOUT_SECONDS,
            loop=loop,
        )


class _Connection(BoundedSmtp):
    """A connection that is refused when there are too many already."""

    _address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._address:  # TLS begins with the same call once more
            self._address = str(transport.get_extra_info("peername")[0])
            if not self.event_handler.arrived(self._address):
                self.send_off(b"421 4.7.0 Too many connections")

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.left(self._address)
        super().connection_lost(error)


async def listen(settings: Settings, execution: Execution, listener: socket.socket, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Answer SMTP on a listening socket until the server is closed."""
    import asyncio

    door, loop = Inbound(settings, execution), asyncio.get_running_loop()
    return await loop.create_server(lambda: door.server(tls, loop), sock=listener)
