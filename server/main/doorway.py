"""The listening socket: opened once by the parent, shared by every api process, and refused in one clear line."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Final

from server.domain.errors import Conflict, Denied, JunctionError, Unprocessable

if TYPE_CHECKING:
    from server.system.settings import Settings

BACKLOG: Final = 1024


def listen(settings: Settings) -> socket.socket:
    """Open the listening socket. Raises Conflict when the port is taken, Denied or Unprocessable when it cannot be had at all."""
    host, port = settings.server.host, settings.server.port
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # On Windows this option would let two programs share the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _refusal(error, settings.server.listen) from error
    return listener


def adopt(descriptor: int) -> socket.socket:
    """Return the listening socket that the parent handed down."""
    return socket.socket(fileno=descriptor)


def address_of(listener: socket.socket) -> str:
    """Return `host:port` as it was really opened, where port 0 asked for any free one."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _refusal(error: OSError, address: str) -> JunctionError:
    if error.errno == errno.EADDRINUSE:
        return Conflict(f"{address} is in use by another program; stop it, or choose another address with --listen.", code="address_in_use")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return Denied(f"This user may not listen on {address}; ports below 1024 need the right to.", code="address_denied")
    return Unprocessable(f"It is not possible to listen on {address}: {error.strerror or error}.", code="address_unusable")
