"""The address guard's rules: which addresses nobody may make this appliance call, and what an address in a URL really is.

A forbidden address is refused whatever name led to it; only a range that the operator named opens it. Judging happens
on the resolved address that is then connected to, so the same rules serve at saving, at testing and at each delivery.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from server.domain.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The special-purpose registries of IANA (RFC 6890 and its successors), and what else does not lead to the public net.
FORBIDDEN_V4: Final = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
# ::/8 holds loopback, unspecified and every IPv4-mapped address: no public host is reached by any of them.
FORBIDDEN_V6: Final = (
    "::/8", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip

LONGEST_URL: Final = 2048
LONGEST_LITERAL: Final = 80
PORTS: Final = {"http": 80, "https": 443}
LAST_PORT: Final = 65535

_NAT64: Final = int(IPv6Address("64:ff9b::")) >> 32
_LAST_V4: Final = 2**32 - 1
_V4_PART = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_V4_PARTS: Final = 4
_AUTHORITY = re.compile(r"(?:\[[^\[\]]+\]|[^\[\]:]+)(?::[0-9]*)?")
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def _edges(networks: Iterable[Network]) -> tuple[list[int], list[int]]:
    """Return the first and the last addresses of ranges that are disjoint and in order, for a search by halves."""
    ranges = tuple(networks)
    return [int(network[0]) for network in ranges], [int(network[-1]) for network in ranges]


_EDGES: Final = {
    4: _edges(collapse_addresses(map(IPv4Network, FORBIDDEN_V4))),
    6: _edges(collapse_addresses(map(IPv6Network, FORBIDDEN_V6))),
}


def is_forbidden(address: Address) -> bool:
    """Tell whether the address is private or special; an address of NAT64 is judged by the IPv4 address inside it."""
    number, version = int(address), address.version
    if version == 6 and number >> 32 == _NAT64:
        number, version = number & _LAST_V4, 4
    firsts, lasts = _EDGES[version]
    place = bisect_right(firsts, number) - 1
    return place >= 0 and number <= lasts[place]


@dataclass(frozen=True, slots=True)
class AllowList:
    """What an operator opened: whole ranges on any port, and single hosts on one port."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[tuple[str, int]] = frozenset()

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Tell whether `address`, reached as `host`, is opened; a named host is trusted with whatever it resolves to."""
        if self.hosts and {(_plain(host), port), (str(address), port)} & self.hosts:
            return True
        return any(address in network for network in self.networks)


def parse_allowed(entries: Sequence[str]) -> AllowList:
    """Read CIDRs, single addresses, `host:port` and `address:port`; raises ValueError naming the entry that is none of them."""
    networks: list[Network] = []
    hosts: set[tuple[str, int]] = set()
    for entry in entries:
        text = entry.strip()
        try:
            # Host bits may be set: whoever writes 10.1.2.3/8 has said how much to open.
            networks.append(ip_network(text.strip("[]"), strict=False))
        except ValueError:
            hosts.add(_host_and_port(text))
    return AllowList(tuple(networks), frozenset(hosts))


def _host_and_port(entry: str) -> tuple[str, int]:
    host, _, port = entry.rpartition(":")
    name = _plain(host)
    valid_port = port.isascii() and port.isdigit() and len(port) <= len(str(LAST_PORT)) and 0 < int(port) <= LAST_PORT
    if not valid_port or not (_NAME.fullmatch(name) or literal_address(name)):
        message = f"'{entry}' is not a CIDR, an address, or host:port"
        raise ValueError(message)
    return name, int(port)


def _plain(host: str) -> str:
    """Return the one spelling of a host: lower case, no brackets, no trailing dot, an address in its standard form."""
    literal = literal_address(host)
    return str(literal) if literal else host.lower().removesuffix(".")


def literal_address(host: str) -> Address | None:
    """Return the address that a host spells out, in any form that some resolver or browser understands; None for a name.

    Understood are decimal, octal, hexadecimal and short IPv4, IPv6 with or without brackets, zone ids (dropped), one
    trailing dot, and the wide digits and full stops that domain names are folded from (UTS 46).
    """
    if len(host) > LONGEST_LITERAL:
        return None
    text = unicodedata.normalize("NFKC", host).replace("\u3002", ".")
    if ":" in text:
        try:
            return IPv6Address(text.removeprefix("[").removesuffix("]").partition("%")[0])
        except AddressValueError:
            return None
    return _loose_v4(text.removesuffix("."))


def _loose_v4(text: str) -> IPv4Address | None:
    """Read IPv4 as inet_aton does: one to four parts, the last of which fills the bytes that remain."""
    parts = text.split(".")
    if len(parts) > _V4_PARTS or not all(_V4_PART.fullmatch(part) for part in parts):
        return None
    try:
        *high, last = (_number(part) for part in parts)
    except ValueError:
        return None
    if any(number > 255 for number in high) or last >= 256 ** (_V4_PARTS - len(high)):
        return None
    return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(high)) + last)


def _number(part: str) -> int:
    if part[:2] in {"0x", "0X"}:
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def check_url(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address that may be called as far as its text goes; raises Unprocessable.

    The host comes back in its one spelling: a name in ASCII, an address in its standard form without brackets. Whether
    that address is forbidden is *not* checked here.
    """
    if len(url) > LONGEST_URL:
        raise _refused(f"It is longer than {LONGEST_URL} characters.")
    # Parsers disagree on control characters, blanks and backslashes, and a disagreement is a way round the guard.
    if not url.isprintable() or " " in url or "\\" in url:
        raise _refused("It holds a blank, a backslash or a character that cannot be seen.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("Its host or port is malformed.") from None
    if parts.scheme not in PORTS:
        raise _refused("Its scheme is neither http nor https.")
    if "@" in parts.netloc:
        raise _refused("It holds a user name or password; send credentials in a header instead.")
    if port == 0 or not _AUTHORITY.fullmatch(parts.netloc):
        raise _refused("Its host or port is malformed.")
    return parts.scheme, _checked_host(parts), port or PORTS[parts.scheme]


def _checked_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if literal := literal_address(host):
        return str(literal)
    if "[" in parts.netloc:
        raise _refused("Between its brackets is no IPv6 address.")
    try:
        name = host.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        raise _refused("Its host is not a valid name.") from None
    # A name that ends in a number is an address by the URL standard, and was not a valid one.
    if not _NAME.fullmatch(name) or _V4_PART.fullmatch(name.rpartition(".")[2]):
        raise _refused("Its host is neither a valid name nor a valid address.")
    return name


def _refused(reason: str) -> Unprocessable:
    return Unprocessable(f"This address cannot be called. {reason}", code="webhook_address_refused")
