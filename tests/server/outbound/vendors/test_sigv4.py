"""Signatures of AWS are those that AWS's own library makes."""

from __future__ import annotations

import hashlib

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from server.outbound.vendors.sigv4 import Signer
from server.system import clock

AT = clock.parse_rfc3339("2026-11-21T06:07:08Z")


@pytest.mark.parametrize(
    ("method", "url", "pairs", "body"),
    [
        ("GET", "https://email.eu-west-1.amazonaws.com/v2/email/identities", [("PageSize", "10"), ("NextToken", "a/b=")], b""),
        ("POST", "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails", [], b'{"to":"\xc3\xbc"}'),
        ("GET", "https://sns.eu-west-1.amazonaws.com/", [], b""),
    ],
)
def test_a_signature_is_the_one_that_another_library_makes(
    method: str, url: str, pairs: list[tuple[str, str]], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Signer("AKEXAMPLE", "secret", "eu-west-1", "ses").headers(method, url, pairs, body, AT)
    request = AWSRequest(method, url, params=dict(pairs), data=body, headers={"X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()})
    request.context["timestamp"] = ours["x-amz-date"]
    theirs = SigV4Auth(Credentials("AKEXAMPLE", "secret"), "ses", "eu-west-1")
    request.headers["X-Amz-Date"] = ours["x-amz-date"]
    signed = theirs.signature(theirs.string_to_sign(request, theirs.canonical_request(request)), request)
    assert ours["Authorization"].endswith(f"Signature={signed}")
