"""The return path of each message and recipient (VERP), so that a returned message names what it belongs to and cannot be forged.

`b+<recipient>-<mark>@bounces.example.com`: the id of the recipient's row without its prefix and, cut to 16 characters of base32,
an HMAC-SHA256 over that and the domain. 80 bits are enough: a guess costs a message to us, and each wins one forged bounce at most.
Everything is lower-case, since servers on the way may change case.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

_LOCAL: Final = re.compile(r"^b\+([0-9a-v]{26})-([a-z2-7]{16})$")
_MARK: Final = 16
_RECIPIENT: Final = "rcp_"


def make_return_path(key: bytes, recipient_id: str, domain: str) -> str:
    """Return the envelope sender for one recipient of a message."""
    local = f"b+{recipient_id.removeprefix(_RECIPIENT)}"
    return f"{local}-{_mark(key, local, domain)}@{domain}"


def read_return_path(keys: tuple[bytes, ...], address: str) -> str | None:
    """Return the recipient that a return path names when one of the keys made it, else None."""
    local, _, domain = address.strip().casefold().rpartition("@")
    match = _LOCAL.match(local)
    if match is None:
        return None
    genuine = any(hmac.compare_digest(_mark(key, f"b+{match[1]}", domain), match[2]) for key in keys)
    return _RECIPIENT + match[1] if genuine else None


def is_return_path(address: str) -> bool:
    """Tell whether an address has the shape of a return path of ours, whoever made it."""
    return _LOCAL.match(address.strip().casefold().rpartition("@")[0]) is not None


def _mark(key: bytes, local: str, domain: str) -> str:
    digest = hmac.new(key, f"{local}@{domain}".casefold().encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().casefold()[:_MARK]
