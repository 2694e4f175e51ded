"""Metadata."""

from __future__ import annotations

from server.services.oauth import metadata
from server.services.oauth.issuers import Issuer
from tests.server.services.oauth.rig import HERE, PUBLIC


def test_every_endpoint_lies_below_the_issuer() -> None:
    found = metadata.authorization_server(Issuer(PUBLIC, "ten_x"))
    assert found["issuer"] == f"{PUBLIC}/oauth/t/ten_x"
    assert {name: value for name, value in found.items() if name.endswith("_endpoint")} == {
        f"{name}_endpoint": f"{PUBLIC}/oauth/t/ten_x/{path}"
        for name, path in {
            "authorization": "authorize",
            "token": "token",
            "revocation": "revoke",
            "introspection": "introspect",
            "registration": "register",
            "userinfo": "userinfo",
        }.items()
    }


def test_nothing_outdated_is_offered() -> None:
    found = metadata.authorization_server(HERE)
    assert found["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["id_token_signing_alg_values_supported"] == ["RS256"]


def test_the_api_names_its_authorization_server() -> None:
    found = metadata.protected_resource(HERE, "/api/v1")
    assert (found["resource"], found["authorization_servers"]) == (f"{PUBLIC}/api/v1", [PUBLIC])
