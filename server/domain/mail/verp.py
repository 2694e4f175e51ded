"""The return path of each message and recipient (VERP), so that a returned message names what it belongs to and cannot be forged.

`b+<message>-<recipient>-<mac>@bounces.example.com`: the two ids without their prefixes and, cut to 16 characters of base32, an
HMAC-SHA256 over both and the domain. 80 bits are enough: a guess costs a message to us, and each wins one forged bounce at most. The
whole local part stays under the 64 characters that RFC 5321 grants.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

_LOCAL: Final = re.compile(r"^b\+([0-9a-v]{26})-([0-9a-z]{1,12})-([a-z2-7]{16})$")
_MAC_CHARACTERS: Final = 16
_MESSAGE: Final = "msg_"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return path names: the message, and which of its recipients (counted from 0)."""

    message_id: str
    recipient: int


def make_return_path(key: bytes, message_id: str, recipient: int, domain: str) -> str:
    """Return the envelope sender for one recipient (counted from 0) of a message."""
    local = f"b+{message_id.removeprefix(_MESSAGE)}-{recipient:x}"
    return f"{local}-{_mac(key, local, domain)}@{domain}"


def read_return_path(keys: tuple[bytes, ...], address: str) -> Returned | None:
    """Return what a return path names when one of the keys made it, else None. Keys are the current one and those before it."""
    local, _, domain = address.strip().casefold().rpartition("@")
    match = _LOCAL.match(local)
    if match is None:
        return None
    signed = local.rpartition("-")[0]
    if not any(hmac.compare_digest(_mac(key, signed, domain), match[3]) for key in keys):
        return None
    try:
        return Returned(_MESSAGE + match[1], int(match[2], 16))
    except ValueError:
        return None


def is_return_path(address: str) -> bool:
    """Tell whether an address has the shape of a return path of ours, whoever made it."""
    return _LOCAL.match(address.strip().casefold().rpartition("@")[0]) is not None


def _mac(key: bytes, local: str, domain: str) -> str:
    """Return the mark; over lower-case, since servers on the way may change case."""
    digest = hmac.new(key, f"{local}@{domain}".casefold().encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().casefold()[:_MAC_CHARACTERS]
