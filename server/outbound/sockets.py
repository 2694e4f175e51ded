"""Connections of blocking clients (mail, alerts): to a vetted address of the host, and to no other."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from server.outbound import guard


def connect(host: str, port: int, timeout: float | None) -> socket.socket:
    """Return a connection to the first address that answers. Raises AddressRefused, or OSError when none does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    guard.vet(host, port, [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found])
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in found:
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(timeout)
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        else:
            return opened
    raise failure
