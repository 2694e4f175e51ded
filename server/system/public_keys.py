"""Signatures made with private keys, judged with public ones: keys as vendors hand them out, and JSON web tokens.

Nothing here raises for what a stranger sent: what cannot be read does not hold. `check_key` raises for what a tenant typed.
"""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from server.domain.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEX_KEY: Final = re.compile(rb"[0-9a-fA-F]{64}")
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_SHORTEST_RSA: Final = 2048
Public = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


@lru_cache(maxsize=1024)
def _read(key: bytes) -> Public | None:
    """Return a key given as PEM, as a certificate in PEM, as base64 of its DER form, or, of ed25519, as its bytes in hex; None otherwise."""
    found: object
    try:
        if _HEX_KEY.fullmatch(key):
            return ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.decode()))
        if b"-----BEGIN CERTIFICATE-----" in key:
            found = x509.load_pem_x509_certificate(key).public_key()
        elif b"-----BEGIN" in key:
            found = serialization.load_pem_public_key(key)
        else:
            found = serialization.load_der_public_key(base64.b64decode(key, validate=True))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, Public) else None


def holds(algorithm: str, key: bytes, signature: bytes, signed: bytes) -> bool:
    """Tell whether a signature was made with the private half of a key."""
    public = _read(key)
    try:
        if algorithm == "ed25519" and isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, signed)
        elif algorithm == "ecdsa-sha256" and isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        elif algorithm in {"rsa-sha1", "rsa-sha256"} and isinstance(public, rsa.RSAPublicKey) and public.key_size >= _SHORTEST_RSA:
            # SHA-1 is what SNS signs with in its first version; nobody can choose both messages of a collision there.
            public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256() if algorithm == "rsa-sha256" else hashes.SHA1())  # noqa: S303
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def claims(token: str, keys: bytes) -> Mapping[str, Any] | None:
    """Return the claims of a token that one of the keys (a JWK set) has signed, else None. Times and audience are not checked."""
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        found = jws.deserialize_compact(token, KeySet.import_key_set(json.loads(keys)), algorithms=_ALGORITHMS)
        payload = json.loads(found.payload)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, UnsupportedAlgorithm):
        return None
    return payload if isinstance(payload, dict) else None


def check_key(kind: str, text: str) -> None:
    """Raise Unprocessable unless a text is a public key of a kind: `ed25519`, `ecdsa` or `rsa`."""
    kinds = {"ed25519": ed25519.Ed25519PublicKey, "ecdsa": ec.EllipticCurvePublicKey, "rsa": rsa.RSAPublicKey}
    if not isinstance(_read(text.encode()), kinds[kind]):
        raise Unprocessable(f"This is no public key of the kind {kind}.", code="invalid_secret")


def check_fetched(kind: str, content: bytes) -> bytes:
    """Return what was fetched as `certificate` or `jwks`. Raises ValueError when it is something else."""
    if kind == "certificate":
        if _read(content) is None:
            raise ValueError(kind)
    elif not isinstance(json.loads(content).get("keys"), list):
        raise ValueError(kind)
    return content
