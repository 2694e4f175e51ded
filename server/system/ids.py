"""Ids: a prefix that says the kind, and one encoding of a UUIDv7 (RFC 9562), so that they sort by time.

`con_` + 26 characters of lower-case base32hex (RFC 4648 section 7): its alphabet keeps the order of the bytes, and
`to_uuid` and `from_uuid` map to the UUIDs of other wire formats without a table.
"""

from __future__ import annotations

import os
import struct
import threading
from base64 import b32hexdecode
from typing import Final
from uuid import UUID

from server.system import clock

ENCODED: Final = 26
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuv"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_SHIFTS: Final = tuple(range(120, -1, -10))
_VERSION_AND_VARIANT: Final = 0x7 << 76 | 0x2 << 62
_NOISE_BYTES: Final = 8
_STOCKED: Final = 512


class _Noise(threading.local):
    """Random bytes of the system, fetched for many ids at once: each fetch lets other threads in between."""

    def __init__(self) -> None:
        self.left: list[int] = []

    def take(self) -> int:
        """Return 64 random bits that nobody else gets."""
        if not self.left:
            self.left = list(struct.unpack(f"={_STOCKED}Q", os.urandom(_NOISE_BYTES * _STOCKED)))
        return self.left.pop()


_noise: Final = _Noise()
# Else the child would go on with the same bytes as its parent.
os.register_at_fork(after_in_child=lambda: _noise.left.clear())  # noqa: PLW0108 - of the thread that forks, not of this one


def new_id(prefix: str) -> str:
    """Return a new id such as `con_0pv3...`; those that one thread makes one after the other sort in that order.

    Twelve bits tell the 4096th part of the millisecond (RFC 9562 section 6.2, method 3), 62 are random.
    """
    milliseconds, rest = divmod(clock.now_ns(), 1_000_000)
    noise = _noise.take() >> 2
    return f"{prefix}_{_encode(milliseconds << 80 | _VERSION_AND_VARIANT | rest * 4096 // 1_000_000 << 64 | noise)}"


def first_of(prefix: str, at_ms: int) -> str:
    """Return what no id of a prefix made from a moment on sorts before, and every one made earlier does."""
    return f"{prefix}_{_encode(max(at_ms, 0) << 80)}"


def _encode(value: int) -> str:
    """Return the 128 bits, two characters at a time: base64's own encoder takes four times as long."""
    padded = value << 2
    return "".join([_PAIRS[padded >> shift & 1023] for shift in _SHIFTS])


def to_uuid(identifier: str) -> UUID:
    """Return the UUID inside an id. Raises ValueError when it is not one."""
    encoded = identifier.rpartition("_")[2]
    if len(encoded) != ENCODED or not encoded.isascii():
        message = f"'{identifier}' is not an id"
        raise ValueError(message)
    return UUID(bytes=b32hexdecode(encoded.upper() + "======"))


def from_uuid(prefix: str, uuid: UUID) -> str:
    """Return the id that stands for a UUID."""
    return f"{prefix}_{_encode(uuid.int)}"


def is_id(prefix: str, text: str) -> bool:
    """Tell whether the text is a well-formed id of this prefix."""
    if not text.startswith(f"{prefix}_"):
        return False
    try:
        to_uuid(text)
    except ValueError:
        return False
    return True
