"""Addresses of requests as they arrive: kept as they were sent, and decoded one segment at a time.

A path is cut at its slashes before it is decoded, so `%2F` is a slash inside a name and never leads elsewhere.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from server.domain.errors import Invalid

BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def ascii_path(raw: str) -> str:
    """Return a path that can be logged and sent back; bytes that are not ASCII come percent-encoded."""
    return raw if raw.isascii() else quote(raw, safe="/%:@!$&'()*+,;=~-._", errors="surrogateescape")


def ascii_target(raw: str) -> str:
    """Return a path with its query as others can have signed it; bytes that are not ASCII come percent-encoded."""
    return raw if raw.isascii() else quote(raw, safe="/%:@!$&'()*+,;=~-._?", errors="surrogateescape")


def decoded(segment: str) -> str:
    """Return what a percent-encoded segment says. Raises Invalid unless that is UTF-8 without NUL."""
    if "%" not in segment:
        return segment
    try:
        found = None if BROKEN_PERCENT.search(segment) else unquote(segment, errors="strict")
    except UnicodeDecodeError:
        found = None
    if found is None or "\0" in found:
        raise Invalid("The address is not percent-encoded UTF-8.", code="malformed_address")
    return found


def storable(text: str) -> bool:
    """Tell whether a text can be stored and compared: NUL and half characters cannot."""
    return not _UNSTORABLE.search(text)
