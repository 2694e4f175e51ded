"""Keys of mail: as long as receivers want them, published as the standards say, and fast enough to sign with."""

from __future__ import annotations

import base64
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from server.system import dkim_keys
from tests.pace import quickest


@pytest.mark.criterion("email-11")
def test_an_rsa_key_has_2048_bits_and_is_published_whole() -> None:
    key = load_der_public_key(base64.b64decode(dkim_keys.new("rsa-sha256").public))
    assert isinstance(key, RSAPublicKey)
    assert (key.key_size, key.public_numbers().e) == (2048, 65537)


def test_an_ed25519_key_is_published_bare() -> None:
    pair = dkim_keys.new("ed25519-sha256")
    public = base64.b64decode(pair.public)
    assert len(public) == 32
    signature = dkim_keys.signing("ed25519-sha256", pair.private)(b"text")
    import hashlib

    Ed25519PublicKey.from_public_bytes(public).verify(signature, hashlib.sha256(b"text").digest())


@pytest.mark.alone
@pytest.mark.criterion("email-9")
def test_an_rsa_signature_takes_less_than_two_milliseconds() -> None:
    sign = dkim_keys.signing("rsa-sha256", dkim_keys.new("rsa-sha256").private)
    assert quickest(lambda: [sign(b"text" * 100) for _ in range(50)], 0.1, clock=time.thread_time) < 0.1
