"""Redirect addresses: which may be registered, and when one that is asked for is the registered one.

Compared byte for byte; only the port of an http address on the loopback interface is free (RFC 8252 section 7.3).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST: Final = 2000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PRINTABLE: Final = re.compile(r"[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7c\x7e]+")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
# An app's own scheme is a domain name turned around (RFC 8252 section 7.1); that keeps out javascript:, data: and the like.
_PRIVATE_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")


def fault(uri: str) -> str | None:
    """Return why an address may not be registered, None when it may."""
    parts = _split(uri)
    if parts is None or not _PRINTABLE.fullmatch(uri) or len(uri) > LONGEST:
        return "is not an absolute address"
    if "#" in uri:
        return "has a fragment"
    if _PRIVATE_SCHEME.fullmatch(parts.scheme):
        return None
    if parts.scheme not in {"https", "http"} or not parts.hostname or not _plain_host(parts):
        return "has to begin with https://, with http:// and a loopback address, or with an app's own scheme such as com.example.app:"
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        return "is plain http, which is allowed for loopback addresses only"
    return None


def matches(registered: str, asked: str) -> bool:
    """Tell whether an address that is asked for is a registered one."""
    if registered == asked:
        return True
    parts = _split(registered)
    if parts is None or parts.scheme != "http" or parts.hostname not in _LOOPBACK or fault(asked):
        return False
    return _without_port(registered) == _without_port(asked)


def source(uri: str) -> str:
    """Return what a Content-Security-Policy calls the place of a registered address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        return None
    return parts if parts.scheme else None


def _plain_host(parts: SplitResult) -> bool:
    host, _, port = parts.netloc.rpartition(":") if not parts.netloc.endswith("]") and ":" in parts.netloc else (parts.netloc, "", "")
    return bool(_HOST.fullmatch(host)) and (not port or port.isdigit())


def _without_port(uri: str) -> tuple[str, str | None, str, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.hostname, parts.path, parts.query
