"""Public keys in every form that vendors hand out, and tokens; what cannot be read does not hold."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.system import public_keys
from tests.vectors.inbound import vectors

EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CURVE = ec.derive_private_key(7, ec.SECP256R1())
SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def der64(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return base64.b64encode(key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def test_a_key_is_read_as_pem_as_base64_and_of_ed25519_as_hex() -> None:
    signature = EDWARDS.sign(b"text")
    for key in (EDWARDS.public_key().public_bytes_raw().hex().encode(), pem(EDWARDS), der64(EDWARDS)):
        assert public_keys.holds("ed25519", key, signature, b"text")
        assert not public_keys.holds("ed25519", key, signature, b"other")
    signature = CURVE.sign(b"text", ec.ECDSA(hashes.SHA256()))
    for key in (pem(CURVE), der64(CURVE)):
        assert public_keys.holds("ecdsa-sha256", key, signature, b"text")


def test_a_key_of_another_kind_or_too_short_does_not_hold() -> None:
    assert not public_keys.holds("ecdsa-sha256", pem(EDWARDS), EDWARDS.sign(b"x"), b"x")
    assert not public_keys.holds("rsa-sha256", pem(SHORT), SHORT.sign(b"x", padding.PKCS1v15(), hashes.SHA256()), b"x")
    assert not public_keys.holds("md5", pem(CURVE), b"", b"")


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_nothing_odd_holds_or_raises(key: bytes, signature: bytes) -> None:
    for algorithm in ("ed25519", "ecdsa-sha256", "rsa-sha1", "rsa-sha256"):
        assert not public_keys.holds(algorithm, key, signature, b"x")
    assert public_keys.claims(signature.decode("latin-1"), key) is None


def test_the_claims_of_a_foreign_token_are_read_with_its_key_and_no_other() -> None:
    vector = next(one for one in vectors("accepted") if one["provider"] == "gmail")
    token, keys = vector["headers"]["Authorization"].partition(" ")[2], next(iter(vector["keys"].values())).encode()
    found = public_keys.claims(token, keys)
    assert found is not None
    assert found["iss"] == "https://accounts.google.com"
    other = next(one for one in vectors("refused") if one["provider"] == "gmail" and one["why"] == "another key")
    assert public_keys.claims(token, next(iter(other["keys"].values())).encode()) is None


def test_a_secret_as_the_key_of_a_token_is_never_believed() -> None:
    keys = json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": "k1"}]}).encode()
    token = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.e30.AAAA"
    assert public_keys.claims(token, keys) is None


def test_what_a_tenant_typed_is_judged_at_once() -> None:
    public_keys.check_key("ecdsa", pem(CURVE).decode())
    for kind, text in (("rsa", pem(CURVE).decode()), ("ed25519", "00"), ("ecdsa", "")):
        with pytest.raises(Unprocessable):
            public_keys.check_key(kind, text)


def test_what_was_fetched_has_to_be_what_was_asked_for() -> None:
    assert public_keys.check_fetched("jwks", b'{"keys": []}')
    for kind, content in (("jwks", b'{"keys": 1}'), ("jwks", b"<html>"), ("certificate", b"<html>")):
        with pytest.raises(ValueError):
            public_keys.check_fetched(kind, content)
