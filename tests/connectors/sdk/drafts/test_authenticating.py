"""Ways to authenticate are those that a description names and an appliance can use."""

from __future__ import annotations

from typing import Any

from connectors.sdk.drafts.authenticating import BASIC, TOKEN, Authentication
from connectors.sdk.drafts.descriptions import Description

CODE = {"authorizationUrl": "https://login.acme.example/a", "tokenUrl": "https://acme.example/t", "scopes": {}}


def of(schemes: dict[str, Any], **operation: Any) -> Authentication:
    return Authentication(
        "acme", Description({"openapi": "3.0.0", "paths": {"/rows": {"get": operation}}, "components": {"securitySchemes": schemes}})
    )


def test_each_scheme_is_a_way() -> None:
    ways = of(
        {
            "theKey": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "plain": {"type": "http", "scheme": "Basic"},
            "jwt": {"type": "http", "scheme": "bearer"},
            "login": {"type": "oauth2", "flows": {"authorizationCode": CODE}},
        }
    ).ways()
    assert ways["the_key"] == {"kind": "api_key", "secret": "apiKey", "place": "header", "name": "X-Key"}
    assert (ways["plain"], ways["jwt"]) == (BASIC, TOKEN)
    assert ways["login"] == {"kind": "oauth2", "provider": "acme"}


def test_several_keys_have_a_field_each() -> None:
    ways = of({name: {"type": "apiKey", "in": "query", "name": name} for name in ("client_id", "client_secret")}).ways()
    assert [one["secret"] for one in ways.values()] == ["clientId", "clientSecret"]


def test_what_cannot_be_used_is_left_out_and_a_token_asked_for_instead() -> None:
    implicit = {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://acme.example/a", "scopes": {}}}}
    relative = {"type": "oauth2", "flows": {"authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t"}}}
    cookie = {"type": "apiKey", "in": "cookie", "name": "sid"}
    found = of({"implicit": implicit, "relative": relative, "cookie": cookie})
    assert (found.ways(), found.provider()) == ({"token": TOKEN}, {})


def test_the_provider_names_both_hosts_and_scopes_are_the_narrowest() -> None:
    security = [{"login": ["https://acme.example/auth/full"]}, {"login": ["https://acme.example/auth/contacts.readonly"]}]
    found = of({"login": {"type": "oauth2", "flows": {"authorizationCode": CODE}}}, security=security)
    assert found.provider()["hosts"] == ["acme.example", "login.acme.example"]
    assert found.scopes("/rows", "get") == ["https://acme.example/auth/contacts.readonly"]
    assert found.scopes("/rows", "post") == []
