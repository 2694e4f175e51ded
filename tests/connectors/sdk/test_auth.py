"""Ways to authenticate are read from a manifest, and know which configuration fields hold their secrets."""

from __future__ import annotations

import pytest

from connectors.sdk.auth import KINDS, ApiKey, Basic, OAuth2, parse_auth, secret_fields


@pytest.mark.parametrize(
    ("table", "made", "secrets"),
    [
        ({"kind": "api_key", "secret": "key", "name": "Api-Token"}, ApiKey("key", "header", "Api-Token"), ("key",)),
        ({"kind": "basic", "user": "=api", "password": "key"}, Basic("=api", "key"), ("key",)),
        ({"kind": "basic", "password": "=nothing"}, Basic(password="=nothing"), ()),
        ({"kind": "oauth2", "provider": "google", "scopes": ["a", "b"]}, OAuth2("google", ("a", "b")), ()),
    ],
)
def test_a_table_makes_its_kind(table: dict[str, object], made: object, secrets: tuple[str, ...]) -> None:
    found = parse_auth(table)
    assert found == made
    assert secret_fields(found) == secrets


@pytest.mark.parametrize(
    ("table", "words"),
    [({"kind": "magic"}, "oauth2"), ({"kind": "basic", "pasword": "x"}, "did you mean `password`"), ({"kind": "oauth2"}, "provider"), ({}, "`kind`")],
)
def test_a_wrong_table_is_refused_with_what_is_wrong(table: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_auth(table)


def test_every_kind_is_there() -> None:
    assert set(KINDS) == {"none", "api_key", "basic", "bearer", "oauth2", "client_credentials", "jwt_bearer", "oauth1", "sigv4", "two_step"}
