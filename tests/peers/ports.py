"""Ports and sockets of peers: which are free, and whether somebody listens there yet."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

NEVER_LENT = range(10_000, 32_000)
"""Ports below those that systems lend to outgoing connections: one that is free stays so until somebody asks for it by number."""


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    while True:
        port = secrets.choice(NEVER_LENT)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """Return a free port for each name."""
    found: set[int] = set()
    while len(found) < len(names):
        found.add(free_port())
    return dict(zip(names, found, strict=True))


def listens(place: int | Path) -> bool:
    """Tell whether somebody listens on a port of loopback, or on a socket of the file system."""
    family, address = (socket.AF_UNIX, str(place)) if isinstance(place, Path) else (socket.AF_INET, ("127.0.0.1", place))
    with socket.socket(family) as link, suppress(OSError):
        link.settimeout(1)
        link.connect(address)
        return True
    return False
