"""The door for mail: SMTP submission beside HTTP in every api process, on one port that the system spreads over them."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.errors import Bug
from server.system import logs, tls

if TYPE_CHECKING:
    import asyncio

    from server.services.credentials import Credentials
    from server.system.settings import Settings
    from server.web.execution import Execution

log = logs.get_logger()


async def submission(settings: Settings, credentials: Credentials, execution: Execution) -> asyncio.Server | None:
    """Answer SMTP where `email.submission_listen` says; None where it says nothing, or where that is not possible, with a line in the log.

    Without a certificate for HTTP one is made: nobody signs in here without TLS.
    """
    if not settings.email.submission_listen:
        return None
    from server.web.smtp import submission as door  # loads only where mail is taken

    secured = settings if settings.server.tls != "off" else replace(settings, server=replace(settings.server, tls="self-signed"))
    context = tls.server_context(secured)
    if context is None:
        raise Bug("TLS is on in these settings.")
    try:
        listener = opened(settings.email.submission_listen)
    except OSError as error:
        log.exception("submission_not_listening", listen=settings.email.submission_listen, error=str(error))
        return None
    return await door.listen(settings, credentials, execution, listener, context)


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
