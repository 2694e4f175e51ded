"""The doors for mail: SMTP submission, and mail from other servers, beside HTTP in every api process, on ports that the system spreads over them."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.errors import Bug
from server.system import logs, tls

if TYPE_CHECKING:
    import asyncio
    import ssl

    from server.services.credentials import Credentials
    from server.system.settings import Settings
    from server.system.tls import Renewals
    from server.web.execution import Execution

log = logs.get_logger()


async def submission(settings: Settings, credentials: Credentials, execution: Execution, renewals: Renewals) -> asyncio.Server | None:
    """Answer SMTP where `email.submission_listen` says; None where it says nothing, or where that is not possible, with a line in the log.

    Without a certificate for HTTP one is made: nobody signs in here without TLS. `renewals` keep the certificate in step with its files.
    """
    if not settings.email.submission_listen:
        return None
    from server.web.smtp import submission as door  # loads only where mail is taken

    listener = _listener(settings.email.submission_listen)
    return await door.listen(settings, credentials, execution, listener, _context(settings, renewals)) if listener else None


async def inbound(settings: Settings, execution: Execution, renewals: Renewals) -> asyncio.Server | None:
    """Take mail of other servers where `email.inbound_listen` says; None as with `submission`."""
    if not settings.email.inbound_listen:
        return None
    from server.web.smtp import inbound as door  # loads only where mail is taken

    listener = _listener(settings.email.inbound_listen)
    return await door.listen(settings, execution, listener, _context(settings, renewals)) if listener else None


def _context(settings: Settings, renewals: Renewals) -> ssl.SSLContext:
    kind = "self-signed" if settings.server.tls == "off" else settings.server.tls
    # Mail servers of the world: one that speaks only TLS 1.2 would send in the clear, or not at all.
    secured = replace(settings, server=replace(settings.server, tls=kind, tls_minimum="1.2"))
    context = tls.server_context(secured)
    if context is None:
        raise Bug("TLS is on in these settings.")
    renewals.add(context, secured)
    return context


def _listener(address: str) -> socket.socket | None:
    try:
        return opened(address)
    except OSError as error:
        log.exception("mail_door_not_listening", listen=address, error=str(error))
        return None


def opened(address: str) -> socket.socket:
    """Return a socket that listens at `host:port`, beside those of other processes. Raises OSError."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind((host, int(port)))
        found.listen()
    except BaseException:
        found.close()
        raise
    return found
