"""Ids: a prefix that says the kind, and one encoding of a UUIDv7 (RFC 9562), so that they sort by time.

`con_` + 26 characters of lower-case base32hex (RFC 4648 section 7): its alphabet keeps the order of the bytes, and
`to_uuid` and `from_uuid` map to the UUIDs of other wire formats without a table.
"""

from __future__ import annotations

import os
from base64 import b32hexdecode, b32hexencode
from typing import Final
from uuid import UUID

from server.system import clock

ENCODED: Final = 26


def new_id(prefix: str) -> str:
    """Return a new id such as `con_0pv3...`; ids made in one millisecond are unordered among themselves."""
    noise = bytearray(os.urandom(10))
    noise[0] = 0x70 | noise[0] & 0x0F
    noise[2] = 0x80 | noise[2] & 0x3F
    raw = clock.now_ms().to_bytes(6, "big") + bytes(noise)
    return f"{prefix}_{b32hexencode(raw)[:ENCODED].decode().lower()}"


def to_uuid(identifier: str) -> UUID:
    """Return the UUID inside an id. Raises ValueError when it is not one."""
    encoded = identifier.rpartition("_")[2]
    if len(encoded) != ENCODED or not encoded.isascii():
        message = f"'{identifier}' is not an id"
        raise ValueError(message)
    return UUID(bytes=b32hexdecode(encoded.upper() + "======"))


def from_uuid(prefix: str, uuid: UUID) -> str:
    """Return the id that stands for a UUID."""
    return f"{prefix}_{b32hexencode(uuid.bytes)[:ENCODED].decode().lower()}"


def is_id(prefix: str, text: str) -> bool:
    """Tell whether the text is a well-formed id of this prefix."""
    if not text.startswith(f"{prefix}_"):
        return False
    try:
        to_uuid(text)
    except ValueError:
        return False
    return True
