"""The recovery code: one master key and the digest key as something a person can write down and type back.

    XXXX-XXXX-…  22 groups; Crockford's base32, so no I, L, O or U; case, spaces and hyphens do not matter

It encodes the key's number (2 bytes), the master key (32), the digest key (16) and the first 5 bytes of their SHA-256, which
tell a mistyped code from a wrong one. Whoever holds it can open every stored secret.
"""

from __future__ import annotations

import hashlib
import struct
from base64 import b32decode, b32encode
from typing import Final

from server.domain.errors import Unprocessable
from server.system.crypto import DIGEST_KEY_BYTES, KEY_BYTES

CHARACTERS: Final = 88
GROUP: Final = 4
CHECKSUM: Final = 5
NUMBER: Final = struct.Struct(">H")
_RFC4648: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_PAPER: Final = str.maketrans(_RFC4648, _CROCKFORD)
_FROM_PAPER: Final = str.maketrans(_CROCKFORD, _RFC4648)
_LOOKALIKES: Final = str.maketrans("OIL", "011")


def encode(number: int, master: bytes, digest: bytes) -> str:
    """Return the code for a numbered master key and the digest key."""
    payload = NUMBER.pack(number) + master + digest
    code = b32encode(payload + _checksum(payload)).decode().translate(_TO_PAPER)
    return "-".join(code[start : start + GROUP] for start in range(0, CHARACTERS, GROUP))


def decode(code: str) -> tuple[int, bytes, bytes]:
    """Return number, master key and digest key. Raises Unprocessable (`invalid_recovery_code`), saying what is wrong with it."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(_LOOKALIKES)
    if len(letters) != CHARACTERS:
        detail = f"A recovery code has {CHARACTERS} letters and digits; this one has {len(letters)}."
        raise _refused(detail)
    strangers = sorted(set(letters) - set(_CROCKFORD))
    if strangers:
        detail = f"A recovery code holds no {', '.join(strangers)}."
        raise _refused(detail)
    raw = b32decode(letters.translate(_FROM_PAPER))
    payload = raw[:-CHECKSUM]
    if raw[-CHECKSUM:] != _checksum(payload):
        raise _refused("The recovery code is mistyped: its checksum does not fit.")
    master = payload[NUMBER.size : NUMBER.size + KEY_BYTES]
    return NUMBER.unpack_from(payload)[0], master, payload[-DIGEST_KEY_BYTES:]


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:CHECKSUM]


def _refused(detail: str) -> Unprocessable:
    return Unprocessable(detail, code="invalid_recovery_code")
