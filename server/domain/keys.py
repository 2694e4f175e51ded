"""The text of keys and tokens: `jct_<live|test>_<kind>_`, 65 random base62 characters, six of checksum.

Kinds: `key` of a tenant, `opr` of an operator, `ses` session; of OAuth `oat` access token, `ort` refresh token, `ocs` client
secret, `oir` token to register clients with, `ocr` token by which a registered client changes itself.

The checksum (CRC32 of everything before it, in base62) tells a typo or a made-up key from a real one without asking the
database. It proves nothing about who made the key: that is what the stored keyed hash is for.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from typing import Final, Literal, NamedTuple

from server.domain.actor import Mode

KeyKind = Literal["key", "opr", "ses", "oat", "ort", "ocs", "oir", "ocr"]

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
# 22 characters hold an id of 128 bits, 43 a secret of 256; nothing ever needs to take them apart.
RANDOM_LENGTH: Final = 22 + 43
CHECKSUM_LENGTH: Final = 6
PATTERN: Final = rf"jct_(?:live|test)_(?:key|opr|ses|oat|ort|ocs|oir|ocr)_[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}"
"""What scanners for leaked secrets look for."""

_SHAPE = re.compile(PATTERN)
_PAIRS: Final = tuple(first + second for first in ALPHABET for second in ALPHABET)


class ParsedKey(NamedTuple):
    """What a key's text says about itself."""

    mode: Mode
    kind: KeyKind


_MODES: Final[tuple[Mode, ...]] = ("live", "test")
_KINDS: Final[tuple[KeyKind, ...]] = ("key", "opr", "ses", "oat", "ort", "ocs", "oir", "ocr")
_PREFIXES: Final = {f"jct_{mode}_{kind}_": ParsedKey(mode, kind) for mode in _MODES for kind in _KINDS}
_PREFIX_LENGTH: Final = len("jct_live_key_")
_SHOWN: Final = 4


def _checksum(text: str) -> str:
    """Return the CRC32 in six base62 characters, by pairs of them: this runs on every request."""
    high, low = divmod(zlib.crc32(text.encode()), len(_PAIRS))
    return _PAIRS[high // len(_PAIRS)] + _PAIRS[high % len(_PAIRS)] + _PAIRS[low]


def mint(mode: Mode, kind: KeyKind) -> str:
    """Return a new key."""
    # One draw for all characters: a draw each takes a millisecond, and tokens are minted hundreds of times a second.
    number, parts = secrets.randbelow(len(ALPHABET) ** RANDOM_LENGTH), []
    for _ in range(RANDOM_LENGTH // 2):
        number, pair = divmod(number, len(_PAIRS))
        parts.append(_PAIRS[pair])
    text = f"jct_{mode}_{kind}_" + "".join(parts) + ALPHABET[number]
    return text + _checksum(text)


def parse(text: str) -> ParsedKey | None:
    """Return what the key says about itself, or None when its shape or checksum is wrong. That it exists is *not* checked."""
    if not _SHAPE.fullmatch(text) or _checksum(text[:-CHECKSUM_LENGTH]) != text[-CHECKSUM_LENGTH:]:
        return None
    return _PREFIXES[text[:_PREFIX_LENGTH]]


def hint(text: str) -> str:
    """Return what may be shown of a key for ever, such as `jct_live_key_…h2Qx`; of anything else, nothing."""
    if not _SHAPE.fullmatch(text):
        return "…"
    return f"{text[:_PREFIX_LENGTH]}…{text[-_SHOWN:]}"
