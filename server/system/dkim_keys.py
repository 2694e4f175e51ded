"""Keys that DKIM signatures are made with: RSA of 2048 bits and Ed25519. A private key is DER (PKCS #8), a public one base64."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BITS: Final = 2048
_EXPONENT: Final = 65537


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """A new key; `public` is what stands in the `p=` of its record."""

    private: bytes
    public: str


def new(algorithm: str) -> KeyPair:
    """Return a new key. An RSA key takes some 100 ms to find."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    ed = algorithm == "ed25519-sha256"
    key: Any = ed25519.Ed25519PrivateKey.generate() if ed else rsa.generate_private_key(_EXPONENT, BITS)
    private = key.private_bytes(forms.Encoding.DER, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    # RFC 8463: an Ed25519 key is published bare, an RSA key as SubjectPublicKeyInfo.
    public = key.public_key().public_bytes_raw() if ed else key.public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(private, base64.b64encode(public).decode())


def signing(algorithm: str, private: bytes) -> Callable[[bytes], bytes]:
    """Return what signs with a private key; loading checks an RSA key, so keep it."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key: Any = load_der_private_key(private, None)
    if algorithm == "ed25519-sha256":
        # RFC 8463 section 3: Ed25519 signs the SHA-256 of what RSA would sign.
        return lambda text: bytes(key.sign(hashlib.sha256(text).digest()))
    scheme, digest = padding.PKCS1v15(), hashes.SHA256()
    return lambda text: bytes(key.sign(text, scheme, digest))
