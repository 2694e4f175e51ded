"""Client certificates."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from server.services.oauth import certificates
from tests.api.test_oauth_transport import issued, pem, shown

PAIR = issued("client.example.com")
DER = PAIR[0].public_bytes(serialization.Encoding.DER)


def test_a_certificate_is_read_as_either_kind_of_proxy_writes_it() -> None:
    assert certificates.from_header(shown(PAIR)["Client-Cert"]) == DER
    assert certificates.from_header(quote(pem(PAIR))) == DER
    assert certificates.from_header(pem(PAIR)) == DER


@given(st.text(max_size=80))
def test_anything_else_is_no_certificate_that_fits(text: str) -> None:
    found = certificates.from_header(text)
    assert found is None or not certificates.fits("tls_client_auth", {"tls_client_auth_subject_dn": "CN=client.example.com"}, found)


@pytest.mark.parametrize(
    ("method", "metadata", "fits"),
    [
        ("self_signed_tls_client_auth", {"certificate_fingerprints": [certificates.fingerprint(DER)]}, True),
        ("self_signed_tls_client_auth", {"certificate_fingerprints": ["x"]}, False),
        ("self_signed_tls_client_auth", {}, False),
        ("tls_client_auth", {"tls_client_auth_subject_dn": "CN=client.example.com"}, True),
        ("tls_client_auth", {"tls_client_auth_subject_dn": "CN=other.example.com"}, False),
        ("tls_client_auth", {"tls_client_auth_subject_dn": "not a name"}, False),
        ("tls_client_auth", {"tls_client_auth_san_dns": "client.example.com"}, False),
        ("tls_client_auth", {}, False),
    ],
)
def test_a_certificate_has_to_be_the_registered_one(method: str, metadata: dict[str, object], fits: bool) -> None:
    assert certificates.fits(method, metadata, DER) is fits


def test_a_key_set_names_certificates_by_their_chains() -> None:
    chain = [base64.b64encode(DER).decode()]
    assert certificates.registered_fingerprints({"keys": [{"kty": "EC", "x5c": chain}, {"kty": "EC"}]}) == [certificates.fingerprint(DER)]
