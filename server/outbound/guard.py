"""The address guard: no request of ours reaches a private or special address unless a setting opens it by name.

A name is resolved once, every address it has is judged, and the connection goes to a vetted address and nowhere else, so
a second answer of the name server cannot redirect it. Address literals, in whatever notation, are judged the same way.
"""

from __future__ import annotations

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from server.domain.addresses import AllowList, check_url, is_forbidden, literal_address, parse_allowed
from server.domain.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Address = IPv4Address | IPv6Address

REFUSED: Final = "webhook_address_refused"
_allowed: AllowList = parse_allowed(())


def install(entries: Sequence[str]) -> None:
    """Take the setting `outbound.allow_private`. Raises ValueError naming a broken entry."""
    global _allowed  # noqa: PLW0603 - one guard per process, so that nothing can go around it
    _allowed = parse_allowed(entries)


class AddressRefused(Unprocessable):
    """Requests to this address are not allowed."""

    code = REFUSED


def vet(host: str, port: int, addresses: Iterable[Address]) -> None:
    """Raise AddressRefused when any of a host's addresses is off limits."""
    for address in addresses:
        if is_forbidden(address) and not _allowed.permits(host, port, address):
            raise AddressRefused(f"{host} leads to {address}, which is not a public address.")


_literal: Final = lru_cache(maxsize=4096)(literal_address)


def vet_literal(host: str, port: int) -> None:
    """Judge a host that is an address already; names pass, they are judged when resolved."""
    address = _literal(host)
    if address is not None:
        vet(host, port, [address])


def vet_url(url: str) -> None:
    """Judge a URL before it is stored. A name that does not resolve now passes; it is judged again at every use."""
    _, host, port = check_url(url)
    vet_literal(host, port)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return
    vet(host, port, [ip_address(entry[4][0].partition("%")[0]) for entry in found if isinstance(entry[4][0], str)])
