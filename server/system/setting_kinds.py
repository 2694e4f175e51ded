"""What a setting can be: how each kind is read from text and checked; a refusal is a ValueError.

A section is a frozen dataclass whose fields are declared by the functions here, so that the class itself is the table: type,
default, help, secret flag and bounds stand on one line, and nothing repeats them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field

T = TypeVar("T")
Network = IPv4Network | IPv6Network
WORDS: Final = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
HIGHEST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Kind:
    """How one setting is read: `check` returns the value of one item, `from_text` makes an item of text."""

    default: Any
    about: str
    expects: str
    check: Callable[[Any], Any]
    from_text: Callable[[str], Any] = str
    secret: bool = False
    many: bool = False

    def read(self, raw: object) -> Any:
        """Return the value for what a TOML file or a caller gave; lists become tuples."""
        if not self.many:
            return self.check(raw)
        if not isinstance(raw, list | tuple):
            raise ValueError(raw)  # noqa: TRY004 - the loader words every refusal the same way
        return tuple(self.check(item) for item in raw)

    def read_text(self, raw: str) -> Any:
        """Return the value for what an environment variable or a secret file holds; commas separate items."""
        if not self.many:
            return self.check(self.from_text(raw))
        return tuple(self.check(self.from_text(item.strip())) for item in raw.split(",") if item.strip())


def kind_of(declared: Field[Any]) -> Kind:
    """Return the kind that a field was declared with."""
    return cast("Kind", declared.metadata["kind"])


def text(default: str, about: str, *, secret: bool = False, check: Callable[[str], object] = str, expects: str = "text") -> str:
    """Declare a line of text; `check` raises ValueError for what it may not be, and is not asked about the empty text."""
    return _declare(default, Kind(default, about, expects, _text_check(check), secret=secret))


def choice(default: str, allowed: tuple[str, ...], about: str) -> str:
    """Declare one of a few words."""
    return _declare(default, Kind(default, about, "one of " + ", ".join(allowed), _one_of(allowed)))


def number(default: int, lowest: int, highest: int, about: str) -> int:
    """Declare a whole number between two bounds, both allowed."""
    expects = f"a whole number from {lowest} to {highest}"
    return _declare(default, Kind(default, about, expects, _within(lowest, highest), _to_int))


def flag(about: str, *, default: bool = False) -> bool:
    """Declare a yes or no."""
    return _declare(default=default, kind=Kind(default=default, about=about, expects="true or false", check=_boolean, from_text=_to_bool))


def texts(about: str, *, check: Callable[[str], object] = str, expects: str = "a list of texts") -> tuple[str, ...]:
    """Declare a list of texts, empty by default."""
    return _declare((), Kind((), about, expects, _text_check(check), many=True))


def numbers(default: tuple[int, ...], lowest: int, highest: int, about: str) -> tuple[int, ...]:
    """Declare a list of whole numbers, each between two bounds."""
    expects = f"a list of whole numbers from {lowest} to {highest}"
    return _declare(default, Kind(default, about, expects, _within(lowest, highest), _to_int, many=True))


def networks(about: str) -> tuple[Network, ...]:
    """Declare a list of address ranges, empty by default."""
    return _declare((), Kind((), about, 'a list of address ranges such as "10.0.0.0/8"', _network, many=True))


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of `host:port` or `[::1]:port`. Raises ValueError."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > HIGHEST_PORT or (":" in host) != host.startswith("["):
        raise ValueError(address)
    return host.strip("[]"), int(port)


def address_or_network(item: str) -> object:
    """Check an address range, an address, or `host:port`. Raises ValueError."""
    try:
        return ip_network(item)
    except ValueError:
        return split_address(item)


def url(*schemes: str) -> Callable[[str], object]:
    """Return a check for an address with one of these schemes; SQLite needs a path, everything else a host.

    PostgreSQL's may stand in the query: `postgresql:///name?host=/var/run/postgresql` is its way to write a unix socket.
    """

    def check(item: str) -> None:
        parts = urlsplit(item)
        place = parts.path if parts.scheme == "sqlite" else parts.hostname or (parts.scheme == "postgresql" and "host=" in parts.query)
        if parts.scheme not in schemes or not place:
            raise ValueError(item)

    return check


def _declare(default: T, kind: Kind) -> T:
    # A section never prints its values: some are secrets, and addresses hold passwords. `Settings.describe` masks both.
    return field(default=default, repr=False, metadata={"kind": kind})


def _text_check(check: Callable[[str], object]) -> Callable[[Any], str]:
    def checked(raw: object) -> str:
        if not isinstance(raw, str) or "\0" in raw:
            raise ValueError(raw)
        if raw:
            check(raw)
        return raw

    return checked


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def checked(raw: object) -> str:
        if raw not in allowed:
            raise ValueError(raw)
        return raw

    return checked


def _within(lowest: int, highest: int) -> Callable[[Any], int]:
    def checked(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not lowest <= raw <= highest:
            raise ValueError(raw)
        return raw

    return checked


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError(raw)  # noqa: TRY004 - as above
    return raw


def _network(raw: object) -> Network:
    if isinstance(raw, IPv4Network | IPv6Network):
        return raw
    if not isinstance(raw, str):
        raise ValueError(raw)  # noqa: TRY004 - as above; ip_network would take a bare number too
    return ip_network(raw)


def _to_int(raw: str) -> int:
    return int(raw)


def _to_bool(raw: str) -> bool:
    if raw.lower() not in WORDS:
        raise ValueError(raw)
    return WORDS[raw.lower()]
