"""Ed25519 key pairs for signatures that whoever has the public key can check (Standard Webhooks `v1a`).

A private key is written `whsk_` and the base64 of its 32 bytes followed by the 32 of its public key, a public one `whpk_`
and the base64 of its 32 bytes.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PRIVATE: Final = "whsk_"
PUBLIC: Final = "whpk_"
_HALF: Final = 32


def new_private() -> str:
    """Return a new private key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    return PRIVATE + base64.b64encode(key.private_bytes_raw() + key.public_key().public_bytes_raw()).decode()


def public_of(private: str) -> str:
    """Return the public key of a private one."""
    return PUBLIC + base64.b64encode(_bytes_of(private)[_HALF:]).decode()


def sign(private: str, message: bytes) -> str:
    """Return the signature of a message as it stands in `webhook-signature`."""
    return "v1a," + base64.b64encode(_opened(private).sign(message)).decode()


def web_key(private: str, key_id: str) -> dict[str, Any]:
    """Return the public key as a JSON Web Key (RFC 8037)."""
    x = base64.urlsafe_b64encode(_bytes_of(private)[_HALF:]).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key_id, "x": x, "whpk": public_of(private)}


def _bytes_of(private: str) -> bytes:
    return base64.b64decode(private.removeprefix(PRIVATE))


@lru_cache(maxsize=4096)
def _opened(private: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_bytes_of(private)[:_HALF])
