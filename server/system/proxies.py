"""Who is really calling: X-Forwarded-For and X-Forwarded-Proto are believed as far as trusted proxies wrote them.

Each proxy appends the address it saw, so the header is walked from the right, and the first address that is no trusted
proxy is the client's. What stands to its left was written by the client, who may write anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Networks = Sequence[IPv4Network | IPv6Network]


def client_address(peer: str, forwarded_for: str | None, trusted: Networks) -> str:
    """Return the client's address; where an entry is no address, the last proxy that was known."""
    if not trusted or not forwarded_for:
        return peer
    client = peer
    for entry in reversed(forwarded_for.split(",")):
        if not _trusts(client, trusted):
            break
        address = _parsed(entry)
        if address is None:
            break
        client = str(address)
    return client


def network(address: str) -> str:
    """Return what is counted as one caller: an IPv4 address, or the /64 that one IPv6 line has to choose addresses from."""
    if ":" not in address:
        return address
    parsed = _parsed(f"[{address}]")
    return str(IPv6Network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed or address)


def client_scheme(peer: str, forwarded_proto: str | None, trusted: Networks, default: str) -> str:
    """Return `http` or `https` as the nearest proxy says it, if it is trusted, else the scheme of this connection."""
    if not trusted or not forwarded_proto or not _trusts(peer, trusted):
        return default
    said = forwarded_proto.rpartition(",")[2].strip().lower()
    return said if said in {"http", "https"} else default


def _trusts(address: str, trusted: Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _parsed(entry: str) -> IPv4Address | IPv6Address | None:
    """Return the address in an entry, which may carry a port or brackets; None for `unknown` and the like."""
    text = entry.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket that listens on both families shows IPv4 clients in this disguise.
    return getattr(address, "ipv4_mapped", None) or address
