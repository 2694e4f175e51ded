"""Signatures of OAuth 1.0a are those that an independent library makes."""

from __future__ import annotations

from typing import Any

import pytest
from oauthlib.oauth1 import Client

from server.outbound.vendors.oauth1 import Keys, header

CASES = [
    ("GET", "https://api.vendor.example/v1/things?page=2&name=a%20b", []),
    ("POST", "https://API.vendor.example:443/v1/things", []),
    ("GET", "http://vendor.example:8080/x%20y/z", [("q", "ü & ö"), ("q", "a=b"), ("empty", "")]),
]


@pytest.mark.parametrize("algorithm", ["HMAC-SHA1", "HMAC-SHA256"])
@pytest.mark.parametrize("token", ["", "token-1"])
@pytest.mark.parametrize(("method", "url", "pairs"), CASES)
def test_a_signature_is_the_one_that_another_library_makes(method: str, url: str, pairs: list[tuple[str, str]], token: str, algorithm: str) -> None:
    secret = "token secret" if token else ""
    ours = header(method, url, pairs, Keys("ck", "c s&", token, secret), algorithm=algorithm, realm="", nonce="n0", seconds=1_795_000_000)
    named: dict[str, Any] = {"resource_owner_key": token, "resource_owner_secret": secret} if token else {}
    theirs = Client("ck", "c s&", signature_method=algorithm, nonce="n0", timestamp="1795000000", **named)
    whole = url + ("&" if "?" in url else "?") + "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs) if pairs else url
    _, headers, _ = theirs.sign(whole, method)  # type: ignore[arg-type]  # one of the methods above
    assert signature(ours) == signature(headers["Authorization"])


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def signature(value: str) -> str:
    return value.split('oauth_signature="')[1].split('"', maxsplit=1)[0]
