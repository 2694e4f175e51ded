"""Which addresses a connector may call: https on the hosts of its manifest; plain http only where the host is an address literal or this machine."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from connectors.sdk.errors import refusal
from server.domain.addresses import literal_address

Allowed = Callable[[str], bool]


def check(url: str, allowed: Allowed) -> str:
    """Return the host of an address. Raises NeedsUser (`wrong_host`) unless it may be called; the address guard judges it once more."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise refusal("wrong_host", "This is not a web address.") from None
    plain = parts.scheme == "http" and (host == "localhost" or literal_address(host) is not None)
    if not host or parts.username is not None or not (parts.scheme == "https" or plain):
        raise refusal("wrong_host", "A vendor is called at an https address without a user name.")
    if not allowed(host):
        raise refusal("wrong_host", f"{host} is none of the hosts that this connector may call.")
    return host
