"""Each kind of proof is put where its vendor looks for it, and a secret that is not there is said to be missing."""

from __future__ import annotations

import base64

import pytest

from connectors.sdk.auth import ApiKey, Auth, Basic, Bearer, ClientCredentials, JwtBearer, OAuth1, OAuth2, SigV4, TwoStep
from connectors.sdk.errors import NeedsUser
from connectors.sdk.request import Request
from server.outbound.vendors.authorizing import authorize

PLAIN = Request("POST", "https://api.vendor.example/v1/things", {"a": "1"}, json={"b": 2})
KNOWN = {
    "api_key": "k1", "user": "ada", "password": "pw", "token": "t1", "access_token": "at", "consumer_key": "ck", "consumer_secret": "cs",
    "access_key": "AK", "secret_key": "SK", "region": "eu-west-1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (ApiKey(), "Authorization", "k1"),
        (ApiKey(name="X-Key", template="Key {secret}"), "X-Key", "Key k1"),
        (Basic(), "Authorization", "Basic " + base64.b64encode(b"ada:pw").decode()),
        (Basic(user="api_key", password="=x"), "Authorization", "Basic " + base64.b64encode(b"k1:x").decode()),
        (Bearer(), "Authorization", "Bearer t1"),
        (OAuth2("vendor"), "Authorization", "Bearer at"),
        (ClientCredentials("vendor"), "Authorization", "Bearer at"),
        (JwtBearer("vendor"), "Authorization", "Bearer at"),
        (TwoStep("POST /login", {}, "token", 60, name="X-Session", template="{token}"), "X-Session", "at"),
    ],
)
def test_a_proof_stands_in_its_header(auth: Auth, header: str, value: str) -> None:
    assert authorize(auth, PLAIN, KNOWN).headers[header] == value


def test_a_key_may_stand_in_the_query_or_in_the_body() -> None:
    assert authorize(ApiKey(place="query", name="key"), PLAIN, KNOWN).params == {"a": "1", "key": "k1"}
    assert authorize(ApiKey(place="body", name="key"), PLAIN, KNOWN).json == {"b": 2, "key": "k1"}


@pytest.mark.parametrize("auth", [ApiKey(), Basic(), Bearer(), OAuth2("vendor"), OAuth1(), SigV4("ses")])
def test_a_secret_that_is_not_there_asks_for_a_person(auth: Auth) -> None:
    with pytest.raises(NeedsUser) as refused:
        authorize(auth, PLAIN, {})
    assert refused.value.stable_code == "invalid_credential"


def test_a_signed_body_is_sent_as_it_was_signed() -> None:
    signed = authorize(SigV4("ses"), PLAIN, KNOWN)
    assert (signed.json, signed.body, signed.headers["Content-Type"]) == (None, b'{"b":2}', "application/json")
    assert "/eu-west-1/ses/aws4_request" in signed.headers["Authorization"]


def test_a_signature_of_oauth_1_names_its_realm_and_its_keys() -> None:
    value = authorize(OAuth1(realm="region"), PLAIN, KNOWN).headers["Authorization"]
    assert value.startswith('OAuth realm="eu-west-1", oauth_consumer_key="ck"')
    assert "cs" not in value.split("oauth_signature=")[0]
