"""Envelope encryption of every stored secret: one data key per secret, wrapped by a numbered master key.

What `Vault.seal` returns, in bytes; nothing in it can change unnoticed:

     1   version of this format, 1
     2   number of the master key, big endian
    24   salt of the wrapping: 12 derive its key from the master key, 12 are its nonce
    48   data key, AES-256-GCM under the derived key; authenticates version, number, and the nonce and tag below
    12   nonce of the secret
     n   the secret, AES-256-GCM under the data key; authenticates version and context
    16   its tag

The wrapping is bound to the context through the tag, so `rewrap` needs no context and never sees the secret. A key of its own
for each wrapping lifts the limit of 2**32 random nonces per key, which sealing every stored answer would reach.
"""

from __future__ import annotations

import hmac
import os
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.errors import Bug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = 1
KEY_BYTES: Final = 32
DIGEST_KEY_BYTES: Final = 16
HEADER: Final = struct.Struct(">BH")
SALT: Final = slice(3, 27)
WRAPPED: Final = slice(27, 75)
NONCE: Final = slice(75, 87)
SECRET: Final = slice(87, None)
TAG: Final = slice(-16, None)
SHORTEST: Final = 87 + 16
LOOK_AGAIN_SECONDS: Final = 1.0


class CryptoError(Bug):
    """A stored secret could not be opened."""

    code = "secret_unreadable"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Master keys by number, the one that wraps from now on, and the digest key, which no rotation changes."""

    masters: Mapping[int, bytes]
    current: int
    digest: bytes


class Vault:
    """Seals, opens and fingerprints secrets; may be used by many threads.

    Without `digest_key` it is derived from the lowest-numbered master key. `reload` returns other keys when there are any: it
    is asked at most once a second while sealing, and at once when a secret names a key that is not held, so that a rotation
    in one process reaches all.
    """

    def __init__(
        self,
        keys: Mapping[int, bytes],
        current: int,
        digest_key: bytes | None = None,
        reload: Callable[[], Keys | None] | None = None,
    ) -> None:
        """Hold these keys."""
        self._reload = reload
        self._look_at = time.monotonic() + LOOK_AGAIN_SECONDS
        self._adopt(Keys(dict(keys), current, digest_key or default_digest_key(keys)))

    @property
    def current(self) -> int:
        """The number of the master key that wraps from now on."""
        return self._keys.current

    @property
    def cursor_key(self) -> bytes:
        """The key that list cursors are signed with; no rotation changes it."""
        return self._cursor_key

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt a secret; the context, such as `webhook.secret/whk_…`, has to be given again to open it."""
        self._look()
        keys = self._keys
        noise = os.urandom(KEY_BYTES + 12)
        data_key, nonce = noise[:KEY_BYTES], noise[KEY_BYTES:]
        secret = _cipher(data_key).encrypt(nonce, plaintext, _secret_binding(context))
        return _wrap(keys, data_key, nonce + secret)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt a secret. Raises CryptoError when it was changed, belongs to another context, or its master key is gone."""
        from cryptography.exceptions import InvalidTag

        data_key = self._unwrap(sealed)
        try:
            return _cipher(data_key).decrypt(sealed[NONCE], sealed[SECRET], _secret_binding(context))
        except InvalidTag:
            detail = f"The secret of {context} was changed, or belongs to something else."
            raise CryptoError(detail) from None

    def rewrap(self, sealed: bytes) -> bytes:
        """Wrap the data key anew under the current master key; the ciphertext stays as it is. Raises CryptoError."""
        self._look()
        return _wrap(self._keys, self._unwrap(sealed), sealed[NONCE.start :])

    def needs_rewrap(self, sealed: bytes) -> bool:
        """Tell whether an older master key than the current one wraps this secret."""
        self._look()
        return _number(sealed) != self._keys.current

    def digest(self, secret: str, purpose: str) -> str:
        """Return a keyed hash for looking a secret up (HMAC-SHA256, hex); equal secrets of two purposes differ."""
        # Bytes of a header that are no UTF-8 arrive as lone surrogates: an unknown key, not an error.
        text = f"{len(purpose)}:{purpose}:{secret}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._digest_key, text, "sha256").hex()

    def _look(self, *, now: bool = False) -> None:
        if self._reload is None or (not now and time.monotonic() < self._look_at):
            return
        self._look_at = time.monotonic() + LOOK_AGAIN_SECONDS
        keys = self._reload()
        if keys is not None:
            self._adopt(keys)

    def _adopt(self, keys: Keys) -> None:
        if keys.current not in keys.masters or any(len(key) != KEY_BYTES for key in keys.masters.values()):
            detail = f"Master keys are {KEY_BYTES} bytes each, and the current one is among them."
            raise CryptoError(detail)
        self._keys = keys
        self._digest_key = derive(keys.digest, "lookup")
        self._cursor_key = derive(keys.digest, "cursor")

    def _unwrap(self, sealed: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        number = _number(sealed)
        if number not in self._keys.masters:
            self._look(now=True)
        master = self._keys.masters.get(number)
        if master is None:
            detail = f"Master key {number} is not held here; enter its recovery code."
            raise CryptoError(detail)
        salt = sealed[SALT]
        try:
            return _wrapping_cipher(master, salt).decrypt(salt[12:], sealed[WRAPPED], _wrap_binding(number, sealed[NONCE.start :]))
        except InvalidTag:
            detail = "A stored secret was changed, or its master key is not the one it was wrapped by."
            raise CryptoError(detail) from None


def derive(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose; knowing it tells nothing of the key it came from."""
    return hmac.digest(key, f"junction {purpose}".encode(), "sha256")


def default_digest_key(keys: Mapping[int, bytes]) -> bytes:
    """Return the digest key of bare master keys that were given without one: it follows from the lowest-numbered."""
    return derive(keys[min(keys)], "digest")[:DIGEST_KEY_BYTES]


def _number(sealed: bytes) -> int:
    if len(sealed) < SHORTEST or sealed[0] != VERSION:
        detail = "This is not a sealed secret."
        raise CryptoError(detail)
    return int(HEADER.unpack_from(sealed)[1])


def _wrap(keys: Keys, data_key: bytes, secret: bytes) -> bytes:
    """Return the whole token for a data key and `nonce + ciphertext + tag`."""
    salt = os.urandom(24)
    cipher = _wrapping_cipher(keys.masters[keys.current], salt)
    wrapped = cipher.encrypt(salt[12:], data_key, _wrap_binding(keys.current, secret))
    return HEADER.pack(VERSION, keys.current) + salt + wrapped + secret


def _wrapping_cipher(master: bytes, salt: bytes) -> AESGCM:
    return _cipher(hmac.digest(master, b"junction wrap" + salt[:12], "sha256"))


def _wrap_binding(number: int, secret: bytes) -> bytes:
    return HEADER.pack(VERSION, number) + secret[:12] + secret[TAG]


def _secret_binding(context: str) -> bytes:
    return bytes((VERSION,)) + context.encode()


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 20 ms that most commands need not pay

    return AESGCM(key)
