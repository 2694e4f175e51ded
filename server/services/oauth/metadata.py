"""Metadata: what a client has to know to begin, of the authorization server (RFC 8414, OpenID Connect Discovery) and of the API (RFC 9728)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.services.oauth import scopes
from server.services.oauth.authentication import METHODS, PROVEN
from server.services.oauth.certificates import BOUND
from server.services.oauth.identity import CLAIMS
from server.services.oauth.pkce import METHOD
from server.services.signing_keys import ALGORITHM

if TYPE_CHECKING:
    from server.services.oauth.issuers import Issuer


def authorization_server(issuer: Issuer) -> dict[str, Any]:
    """Return the metadata of an issuer; one document serves OAuth and OpenID Connect."""
    names = ("authorization", "token", "revocation", "introspection", "registration", "userinfo")
    paths = ("authorize", "token", "revoke", "introspect", "register", "userinfo")
    return {
        "issuer": issuer.url,
        **{f"{name}_endpoint": issuer.endpoint(path) for name, path in zip(names, paths, strict=True)},
        "jwks_uri": issuer.endpoint("jwks"),
        "scopes_supported": list(scopes.ADVERTISED),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "introspection_endpoint_auth_methods_supported": list(PROVEN),
        "code_challenge_methods_supported": [METHOD],
        BOUND: True,
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": ["none", "login", "consent"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "claims_supported": list(CLAIMS),
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def protected_resource(issuer: Issuer, path: str) -> dict[str, Any]:
    """Return the metadata of the API, at the public address or below it."""
    return {
        "resource": issuer.public_url + path,
        "authorization_servers": [issuer.url],
        "scopes_supported": list(scopes.ADVERTISED),
        "bearer_methods_supported": ["header"],
        BOUND: True,
        "jwks_uri": issuer.endpoint("jwks"),
    }
