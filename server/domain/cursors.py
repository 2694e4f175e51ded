"""Cursors of lists: the sort values of the last row, sealed so that they can be neither forged nor used with another query.

A cursor is base64url of a MAC and compact JSON. It is authenticated, not secret: it shows its holder only values of a row
that the holder has just read.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from typing import Any, Final

from server.domain.errors import Invalid

# Half of SHA-256 is ample: a forger has no way to test guesses but by asking us, and 2^128 guesses are out of reach.
# Cut short, the cursor stays short in every link of a list.
MAC_BYTES: Final = 16
LONGEST: Final = 2048

Value = str | int | float | bool | None


def _mac(key: bytes, scope: str, payload: bytes) -> bytes:
    # JSON in ASCII never holds a zero byte, so scope and payload cannot run into each other.
    return hmac.digest(key, scope.encode() + b"\0" + payload, "sha256")[:MAC_BYTES]


def encode(key: bytes, scope: str, values: Sequence[Value]) -> str:
    """Return the cursor for a row; `scope` names resource, order and filter. Raises ValueError for NaN and infinity."""
    payload = json.dumps(list(values), separators=(",", ":"), allow_nan=False).encode()
    return base64.urlsafe_b64encode(_mac(key, scope, payload) + payload).rstrip(b"=").decode()


def decode(key: bytes, scope: str, text: str) -> list[Any]:
    """Return the values inside a cursor; raises Invalid (`invalid_cursor`) unless it was made by this key for this scope."""
    sealed = _unwrapped(text) if len(text) <= LONGEST else b""
    mac, payload = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, scope, payload)):
        raise Invalid("The cursor was not given out for this query; begin again without one.", code="invalid_cursor")
    found: list[Any] = json.loads(payload)
    return found


def _unwrapped(text: str) -> bytes:
    """Return the bytes of the one canonical spelling, or none: stray bits at the end would make two cursors of one."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return sealed if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() == text else b""
