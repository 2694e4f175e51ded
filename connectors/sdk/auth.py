"""How a vendor wants to be shown who we are: declared in the manifest, applied by the engine. No secret is ever in these values.

`[auth.<name>]` with a `kind` of KINDS; a connector may offer several, the installation picks one by its name. Strings such as `api_key`
name fields of the configuration that hold the secret. OAuth kinds name a provider file (`connectors/providers/<name>.toml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from connectors.sdk.declaring import build


@dataclass(frozen=True)
class NoAuth:
    """Nothing is shown to anybody: the vendor calls us."""


@dataclass(frozen=True)
class ApiKey:
    """A key in a header, a query parameter or a member of the JSON body; `template` is what is sent, such as `Token {secret}`."""

    secret: str = "api_key"  # noqa: S105 - the name of a field, as in all of these kinds
    place: Literal["header", "query", "body"] = "header"
    name: str = "Authorization"
    template: str = "{secret}"


@dataclass(frozen=True)
class Basic:
    """User and password; either may be a fixed text instead of a field, written `=text`."""

    user: str = "user"
    password: str = "password"  # noqa: S105


@dataclass(frozen=True)
class Bearer:
    """A long-lived token as `Authorization: Bearer`."""

    secret: str = "token"  # noqa: S105


@dataclass(frozen=True)
class OAuth2:
    """Authorization code with a provider's identity; `scopes` are what this connector always needs, `template` is what the header `name` holds."""

    provider: str
    scopes: tuple[str, ...] = ()
    name: str = "Authorization"
    template: str = "Bearer {token}"


@dataclass(frozen=True)
class ClientCredentials:
    """Client credentials at a provider; `params` are sent along to the token's address."""

    provider: str
    scopes: tuple[str, ...] = ()
    client_id: str = "client_id"
    client_secret: str = "client_secret"  # noqa: S105
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JwtBearer:
    """A signed assertion (RFC 7523), as service accounts use. `claims` may name fields of the configuration as `{field}`."""

    provider: str
    algorithm: Literal["RS256", "PS256", "ES256", "ES384", "ES512"] = "RS256"
    private_key: str = "private_key"
    key_id: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    lifetime_seconds: int = 300


@dataclass(frozen=True)
class OAuth1:
    """OAuth 1.0a (RFC 5849), one-legged with token or without; `realm` names a field of the configuration."""

    consumer_key: str = "consumer_key"
    consumer_secret: str = "consumer_secret"  # noqa: S105
    token: str = ""
    token_secret: str = ""
    realm: str = ""
    method: Literal["HMAC-SHA1", "HMAC-SHA256"] = "HMAC-SHA256"


@dataclass(frozen=True)
class SigV4:
    """AWS signature version 4; `region` and `service` are texts, or `{field}`."""

    service: str
    region: str = "{region}"
    access_key: str = "access_key"
    secret_key: str = "secret_key"  # noqa: S105


@dataclass(frozen=True)
class TwoStep:
    """A login whose answer holds a token for a while: `login` is sent once, `token` is a path in its answer."""

    login: str
    body: Mapping[str, str]
    token: str
    lifetime_seconds: int
    name: str = "Authorization"
    template: str = "Bearer {token}"


Auth = NoAuth | ApiKey | Basic | Bearer | OAuth2 | ClientCredentials | JwtBearer | OAuth1 | SigV4 | TwoStep
KINDS: Final[Mapping[str, type[Auth]]] = {
    "none": NoAuth,
    "api_key": ApiKey,
    "basic": Basic,
    "bearer": Bearer,
    "oauth2": OAuth2,
    "client_credentials": ClientCredentials,
    "jwt_bearer": JwtBearer,
    "oauth1": OAuth1,
    "sigv4": SigV4,
    "two_step": TwoStep,
}


def parse_auth(table: Mapping[str, Any]) -> Auth:
    """Return the auth of a table with a `kind`. Raises ValueError naming what is wrong."""
    return build(KINDS, table)


def secret_fields(auth: Auth) -> tuple[str, ...]:
    """Return the names of the configuration fields that hold this auth's secrets."""
    named = {"secret", "password", "client_secret", "private_key", "consumer_secret", "token_secret", "secret_key"}
    found = (getattr(auth, one.name) for one in fields(auth) if one.name in named)
    return tuple(name for name in found if name and not name.startswith("="))
