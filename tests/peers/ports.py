"""Ports and sockets of peers: whether somebody listens there yet."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path


def listens(place: int | Path) -> bool:
    """Tell whether somebody listens on a port of loopback, or on a socket of the file system."""
    family, address = (socket.AF_UNIX, str(place)) if isinstance(place, Path) else (socket.AF_INET, ("127.0.0.1", place))
    with socket.socket(family) as link, suppress(OSError):
        link.settimeout(1)
        link.connect(address)
        return True
    return False
